"""Options of the tokens that lead to a console."""
from oslo_config import cfg

GROUP = "consoleauth"
OPTS = [
    cfg.IntOpt("token_ttl", default=600, min=0, mutable=True,
               help="Seconds for which a console's URL is good; what is connected then stays."),
]
