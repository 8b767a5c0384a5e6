"""Options of what operators look at: health and metrics of each service."""
from oslo_config import cfg

GROUP = "observability"
OPTS = [
    cfg.HostAddressOpt("listen", default="127.0.0.1",
                       help="Address of each service's /healthcheck and /metrics. They ask for no authentication."),
    cfg.PortOpt("port_base", default=0,
                help="First port of them; 0: none. The API takes this one (all its workers together), the "
                     "conductor the next, then scheduler, metadata, embedded, consoleproxy, compute; the "
                     "further compute services of one supervisor follow."),
    cfg.FloatOpt("check_interval", default=2.0, min=0, mutable=True,
                 help="Seconds for which the answer of a check is repeated, however often health is asked for."),
]
