"""Options of the image client (Glance v2, real or embedded)."""
from oslo_config import cfg

GROUP = "glance"
OPTS = [
    cfg.StrOpt("endpoint_override", default="",
               help="Image API; empty: the embedded one ([embedded] listen and port)."),
    cfg.IntOpt("timeout", default=30, min=1, help="Seconds to wait for an answer."),
]
