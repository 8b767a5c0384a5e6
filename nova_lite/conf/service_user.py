"""How nova-lite's own services sign in to identity, for images and networks."""
from oslo_config import cfg

GROUP = "service_user"
OPTS = [
    cfg.StrOpt("auth_url", default="", help="Identity API; empty: the embedded one."),
    cfg.StrOpt("username", default="nova", help="User name."),
    cfg.StrOpt("password", default="", secret=True, help="Password; empty: read from password_file."),
    cfg.StrOpt("password_file", default="$state_path/service-password",
               help="File with the password, made by the embedded identity service."),
    cfg.StrOpt("project_name", default="service", help="Project."),
    cfg.StrOpt("user_domain_id", default="default", help="Domain of the user."),
    cfg.StrOpt("project_domain_id", default="default", help="Domain of the project."),
]
