"""Options of the database."""
from oslo_config import cfg

GROUP = "database"
OPTS = [
    cfg.StrOpt("connection", default="sqlite:///$state_path/nova-lite.sqlite", secret=True,
               help="SQLAlchemy URL: sqlite:///FILE, mysql+pymysql://..., postgresql+psycopg://..."),
    cfg.IntOpt("max_pool_size", default=10, min=1, help="Connections of one process."),
    cfg.IntOpt("max_retries", default=5, min=0,
               help="Times a transaction is tried again after a deadlock or serialisation failure."),
]
