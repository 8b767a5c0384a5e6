"""Options of the database."""
from oslo_config import cfg

GROUP = "database"
OPTS = [
    cfg.StrOpt("connection", default="sqlite:///$state_path/nova-lite.sqlite", secret=True,
               help="SQLAlchemy URL: sqlite:///FILE, mysql+pymysql://..., postgresql+psycopg://..."),
    cfg.IntOpt("max_pool_size", default=10, min=1,
               help="Connections of one process; twice as many when many are wanted at once."),
    cfg.IntOpt("max_retries", default=5, min=0,
               help="Times a transaction is tried again after a deadlock or serialisation failure."),
    cfg.IntOpt("answer_timeout", default=60, min=0,
               help="Seconds to wait for an answer to one statement before the connection counts as dead; 0: without "
                    "end. PostgreSQL: for the network's sign that the server is there."),
    cfg.FloatOpt("settle_timeout", default=10.0, min=0.0,
                 help="Seconds for which a request whose commit was not answered tries to find out whether it was "
                      "done, before it is answered 503."),
]
