"""Which cloud, as whom: the --os-* options, and the connection that comes of them."""
import argparse

# One line an option: what openstack.config calls it (without os_), and its help.
_OPTIONS = (
    ("cloud", "entry of clouds.yaml (OS_CLOUD)"),
    ("region_name", "region (OS_REGION_NAME)"),
    ("auth_type", "how to sign in: password, token, v3applicationcredential, http_basic, none … (OS_AUTH_TYPE)"),
    ("auth_url", "identity API (OS_AUTH_URL)"),
    ("username", "user (OS_USERNAME)"),
    ("user_id", "user, by id (OS_USER_ID)"),
    ("password", "password (OS_PASSWORD; safer there, since others can see command lines)"),
    ("token", "token instead of a password (OS_TOKEN)"),
    ("project_name", "project (OS_PROJECT_NAME)"),
    ("project_id", "project, by id (OS_PROJECT_ID)"),
    ("user_domain_name", "domain of the user (OS_USER_DOMAIN_NAME)"),
    ("user_domain_id", "domain of the user, by id (OS_USER_DOMAIN_ID)"),
    ("project_domain_name", "domain of the project (OS_PROJECT_DOMAIN_NAME)"),
    ("project_domain_id", "domain of the project, by id (OS_PROJECT_DOMAIN_ID)"),
    ("application_credential_id", "application credential (OS_APPLICATION_CREDENTIAL_ID)"),
    ("application_credential_secret", "its secret (OS_APPLICATION_CREDENTIAL_SECRET)"),
    ("endpoint", "endpoint, for auth types none and http_basic (OS_ENDPOINT)"),
    ("interface", "public, internal or admin endpoints (OS_INTERFACE)"),
    ("cacert", "file of certificate authorities (OS_CACERT)"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The global options; their values come from clouds.yaml and OS_* variables when not given."""
    group = parser.add_argument_group("cloud")
    for name, text in _OPTIONS:
        group.add_argument("--os-" + name.replace("_", "-"), dest="os_" + name, metavar="VALUE", help=text)
    group.add_argument("--insecure", action="store_true", help="do not check the server's certificate")
    group.add_argument("--os-compute-api-version", default="latest", metavar="VERSION",
                       help="compute microversion, as 2.38; latest (the default) is the newest that both sides know")


def connect(options: argparse.Namespace):
    """An openstack.connection.Connection; nothing is sent yet.

    Raises openstack.exceptions.ConfigException or keystoneauth1.exceptions.MissingRequiredOptions
    when there is no such cloud or something is missing to sign in.
    """
    import openstack.config
    import openstack.connection

    given = {"os_" + name: getattr(options, "os_" + name) for name, _ in _OPTIONS}
    extra = {}
    if options.os_compute_api_version != "latest":
        extra["compute_default_microversion"] = options.os_compute_api_version
    if options.insecure:
        extra["verify"] = False
    config = openstack.config.OpenStackConfig(app_name="nova-lite")
    region = config.get_one(argparse=argparse.Namespace(**given), **extra)
    return openstack.connection.Connection(config=region)


def microversion(compute, ceiling: str) -> str | None:
    """The microversion of a request made without the SDK's help: the user's, or the newest both know."""
    from openstack import utils

    return compute.default_microversion or utils.maximum_supported_microversion(compute, ceiling)


def at_least(version: str | None, wanted: str) -> bool:
    """Whether ``version`` (None: 2.1) is ``wanted`` or newer; compared by number, 2.100 is after 2.99."""
    def number(text):
        return tuple(int(part) for part in text.split("."))

    return number(version or "2.1") >= number(wanted)
