"""Options of the consoles' proxies."""
from oslo_config import cfg

GROUP = "console"
OPTS = [
    cfg.ListOpt("allowed_origins", default=[], mutable=True,
                help="Hosts whose pages may open a console, beside the proxy's own."),
]
