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
    cfg.StrOpt("security_groups", default="auto", choices=["auto", "enforce", "ignore"],
               help="Whether this host lets through only what security groups allow (plugging = bridge): enforce: it "
                    "does, or does not start; auto: it does if its kernel can, else it says so at its start; ignore: "
                    "all is let through but other guests' addresses."),
    cfg.FloatOpt("security_groups_interval", default=2.0, min=0.1, mutable=True,
                 help="Seconds between looks for changes of security groups and floating IPs."),
    cfg.BoolOpt("nat", default=True, help="Translate guests' addresses towards the outside."),
    cfg.StrOpt("dns_server", default="", help="DNS server for guests of subnets without one; empty: none."),
]
