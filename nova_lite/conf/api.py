"""Options of the REST API."""
from oslo_config import cfg

GROUP = "api"
OPTS = [
    cfg.StrOpt("auth_strategy", default="embedded",
               choices=["noauth2", "http_basic", "embedded", "keystone"],
               help="Who is the caller: noauth2 believes the client (loopback only), http_basic reads "
                    "http_basic_auth_user_file, embedded checks the tokens of nova-lite's own identity "
                    "service, keystone uses keystonemiddleware."),
    cfg.StrOpt("http_basic_auth_user_file", default="$state_path/htpasswd",
               help="htpasswd file with bcrypt hashes, for http_basic."),
    cfg.HostAddressOpt("listen", default="127.0.0.1", help="Address of the compute API."),
    cfg.PortOpt("port", default=8774, help="Port of the compute API."),
    cfg.IntOpt("workers", default=2, min=1, help="Processes of the compute API."),
    cfg.IntOpt("threads", default=8, min=1, help="Threads of one API process."),
    cfg.IntOpt("max_limit", mutable=True, default=1000, min=1, help="Most items of one page of a list."),
    cfg.StrOpt("compute_link_prefix", mutable=True, default="", help="Put before links instead of the request's host."),
    cfg.BoolOpt("enable_instance_password", mutable=True, default=True, help="Return adminPass where Nova does."),
    cfg.BoolOpt("allow_instance_snapshots", default=True, help="Permit createImage."),
    cfg.IntOpt("idempotency_key_lifetime", default=86400, min=1,
               help="Seconds for which a request that is repeated with its Idempotency-Key is answered as the first."),
    cfg.IntOpt("max_request_body_size", default=114688, help="Bytes of a request body; more is 413."),
]
