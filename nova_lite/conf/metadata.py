"""Options of the metadata service."""
from oslo_config import cfg

GROUP = "metadata"
OPTS = [
    cfg.HostAddressOpt("listen", default="169.254.169.254", help="Address of the metadata service."),
    cfg.PortOpt("port", default=80, help="Port of the metadata service."),
    cfg.StrOpt("dhcp_domain", default="novalocal",
               help="Domain that is added to every hostname that guests are shown; empty: none, for clouds whose "
                    "servers' hostnames have domains (since 2.94)."),
]
