"""Options of the network client (Neutron v2, real or embedded) and of the host's bridges."""
from oslo_config import cfg

GROUP = "network"
OPTS = [
    cfg.StrOpt("endpoint_override", default="",
               help="Network API; empty: the embedded one ([embedded] listen and port)."),
    cfg.IntOpt("timeout", default=30, min=1, help="Seconds to wait for an answer."),
    cfg.StrOpt("plugging", default="noop", choices=["noop", "bridge"],
               help="bridge: make Linux bridges, DHCP and filters on this host; noop: none (fake guests)."),
    cfg.StrOpt("bridge_prefix", default="nlbr", help="Bridges are PREFIX + the network id's first 8 digits."),
    cfg.BoolOpt("nat", default=True, help="Translate guests' addresses towards the outside."),
    cfg.StrOpt("dns_server", default="", help="DNS server for guests of subnets without one; empty: none."),
]
