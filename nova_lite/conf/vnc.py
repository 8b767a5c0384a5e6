"""Options of guests' screens."""
from oslo_config import cfg

GROUP = "vnc"
OPTS = [
    cfg.BoolOpt("enabled", default=True, help="Guests have a screen, which can be looked at by VNC."),
    cfg.HostAddressOpt("server_listen", default="127.0.0.1", deprecated_group="libvirt", deprecated_name="vnc_listen",
                       help="Address of the guests' VNC servers, which ask for no password. Every process that reaches "
                            "it reaches the screens."),
    cfg.HostAddressOpt("server_proxyclient_address", default="127.0.0.1",
                       help="Address of this host at which the proxy finds them."),
    cfg.URIOpt("novncproxy_base_url", default="http://127.0.0.1:6080/vnc_lite.html",
               help="What users are told: the page of noVNC at the proxy."),
    cfg.HostAddressOpt("novncproxy_host", default="127.0.0.1", help="Address that nova-lite-novncproxy listens on."),
    cfg.PortOpt("novncproxy_port", default=6080, help="Port that nova-lite-novncproxy listens on."),
    cfg.StrOpt("novnc_path", default="/usr/share/novnc",
               help="Directory of noVNC's pages, which the proxy serves (Debian's package novnc). Without it the "
                    "proxy takes websockets only."),
]
