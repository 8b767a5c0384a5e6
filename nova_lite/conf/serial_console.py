"""Options of guests' serial consoles."""
from oslo_config import cfg

GROUP = "serial_console"
OPTS = [
    cfg.BoolOpt("enabled", default=True, help="Guests' serial consoles can be reached through a websocket."),
    cfg.URIOpt("base_url", default="ws://127.0.0.1:6083/", help="What users are told: the proxy."),
    cfg.HostAddressOpt("proxyclient_address", default="127.0.0.1",
                       help="Address of this host at which it gives a console to the proxy, at a port of its own for "
                            "as long as a token lives."),
    cfg.HostAddressOpt("serialproxy_host", default="127.0.0.1",
                       help="Address that nova-lite-serialproxy listens on."),
    cfg.PortOpt("serialproxy_port", default=6083, help="Port that nova-lite-serialproxy listens on."),
]
