"""Options of the embedded identity, image and network services."""
from oslo_config import cfg

GROUP = "embedded"
OPTS = [
    cfg.HostAddressOpt("listen", default="127.0.0.1", help="Address of the embedded services."),
    cfg.PortOpt("port", default=8780, help="Port of the embedded services (/identity, /image, /network)."),
    cfg.StrOpt("public_url", default="", help="URL prefix written into the catalog; empty: http://listen:port."),
    cfg.StrOpt("compute_url", default="", help="Compute endpoint of the catalog; empty: from [api]."),
    cfg.StrOpt("users_file", default="$state_path/users.yaml",
               help="Users, projects, roles, application credentials; edited by nova-lite-manage user and through the "
                    "identity API."),
    cfg.StrOpt("token_key_file", default="$state_path/token.key",
               help="Key that signs tokens; made with mode 0600 when missing."),
    cfg.IntOpt("token_lifetime", default=3600, min=60, help="Seconds a token is good for."),
    cfg.StrOpt("image_path", default="$state_path/images", help="Directory of image files."),
    cfg.IntOpt("image_size_cap", default=1099511627776, min=1, help="Bytes of the largest image."),
    cfg.StrOpt("auto_network_pool", default="10.192.0.0/12",
               help="IPv4 range of which a project without a network is given one of 256 addresses, when a server is "
                    "to be on network \"auto\"."),
    cfg.StrOpt("region", default="RegionOne", help="Region of the catalog."),
]
