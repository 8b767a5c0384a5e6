"""The embedded image and network services with each auth strategy, and the unmodified client's plugins for it."""
import pytest

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.embedded import app as command
from nova_lite.network.neutron import NeutronClient

CLOUDS = """
clouds:
  lab:
    auth_type: {type}
    auth: {{endpoint: "{url}/network"{auth}}}
    identity_api_version: "3"
    identity_endpoint_override: {url}/identity/v3
    image_endpoint_override: {url}/image
    network_endpoint_override: {url}/network/v2.0
"""


def _cli(services, auth_type, *args, auth=""):
    clouds = services.directory / "clouds.yaml"
    clouds.write_text(CLOUDS.format(type=auth_type, url=services.url, auth=auth))
    return services.cli("--os-cloud", "lab", *args, env={"OS_CLIENT_CONFIG_FILE": str(clouds)})


def test_noauth2(start):
    services = start("[api]\nauth_strategy = noauth2\n")
    _cli(services, "none", "network", "create", "n", "--share")
    assert _cli(services, "none", "network", "list", "-f", "value", "-c", "Name") == "n"
    assert _cli(services, "none", "image", "list", "-f", "value") == ""
    listed = services.call("GET", "/network/v2.0/networks", token="joe:p").json()["networks"]
    assert [network["name"] for network in listed] == ["n"]
    assert NeutronClient().server_ports(admin_context()) == []
    assert services.call("GET", "/network/v2.0/networks", None).status_code == 401


def test_http_basic(http_basic):
    services = http_basic
    auth = ", username: admin, password: adminpass"
    _cli(services, "http_basic", "network", "create", "n", auth=auth)
    assert _cli(services, "http_basic", "image", "list", "-f", "value", auth=auth) == ""
    assert NeutronClient().server_ports(admin_context()) == []
    refused = services.call("GET", "/network/v2.0/networks", None)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Basic realm="nova-lite"')


def test_noauth2_wants_loopback(services):
    CONF.set_override("auth_strategy", "noauth2", "api")
    CONF.set_override("listen", "0.0.0.0", "embedded")
    try:
        with pytest.raises(exceptions.NovaLiteError, match=r"\[embedded\] listen is 0.0.0.0"):
            command.make_app()
    finally:
        CONF.clear_override("auth_strategy", "api")
        CONF.clear_override("listen", "embedded")
