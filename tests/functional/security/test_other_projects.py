"""Another project's thing is as one that is not there: in paths, bodies, filters, markers and sort keys.

Each request is made twice, with the thing's name and with a name of nothing; the answers may not differ in more than
the name.  A whole cloud, real tokens, real embedded services.
"""
import json
import uuid

import pytest
import requests

from nova_lite import service_auth
from tests.functional.clients import create
from tests.functional.security.conftest import OTHER, token

CELL = "alpha"                          # in every name that the stranger must not see


class Stranger:
    """A member of another project."""

    def __init__(self, cloud):
        self.compute, self.embedded, self.token = cloud.api_url, service_auth.embedded_url(), token("stranger")

    def __call__(self, method, path, body=None, version="2.38"):
        base = "" if path.startswith(("/image", "/network", "/identity")) else self.compute
        return requests.request(method, (base or self.embedded) + path, json=body, timeout=60, headers={
            "X-Auth-Token": self.token, "OpenStack-API-Version": f"compute {version}"})


@pytest.fixture(scope="module")
def stranger(cloud):
    return Stranger(cloud)


@pytest.fixture(scope="module")
def things(cloud):
    """Ids of what the project demo has, each with a name that is nobody's."""
    import openstack
    demo = openstack.connect(**cloud.credentials())
    net = demo.network.create_network(name="alpha-net")
    subnet = demo.network.create_subnet(network_id=net.id, ip_version=4, cidr="10.77.0.0/24", name="alpha-subnet")
    port = demo.network.create_port(network_id=net.id, name="alpha-port")
    group = demo.network.create_security_group(name="alpha-group")
    image = demo.image.create_image(name="alpha-image", disk_format="raw", container_format="bare", data=b"x" * 512,
                                    visibility="private")
    demo.compute.create_keypair(name="alpha-key")
    made = requests.post(f"{cloud.api_url}/flavors", headers={"X-Auth-Token": token("admin")}, timeout=60, json={
        "flavor": {"name": "alpha-flavor", "id": "alpha-flavor", "ram": 64, "vcpus": 1, "disk": 1,
                   "os-flavor-access:is_public": False}})
    assert made.status_code == 200, made.text
    server = create(demo, "alpha-server")
    return {"flavor": "alpha-flavor", "server": server.id, "network": net.id, "subnet": subnet.id, "port": port.id,
            "group": group.id, "image": image.id, "keypair": "alpha-key", "group_name": "alpha-group",
            "server_name": "alpha-server", "address": next(iter(server.addresses.values()))[0]["addr"],
            "project": server.project_id, "user": server.user_id, "rule": group.security_group_rules[0]["id"],
            "host": "alpha-host", "reservation": server.reservation_id or "r-none"}


NOBODYS = {"flavor": "omega-flavor", "keypair": "omega-key", "group_name": "omega-group", "server_name": "omega-serve1",
           "address": "10.20.99.99", "host": "omega-host", "reservation": "r-omega000"}
BODY = {"server": {"name": "mine", "flavorRef": "1", "imageRef": "{public_image}", "networks": "auto"}}


def server(**fields):
    return ("POST", "/servers", {"server": {**BODY["server"], **fields}})


WAYS = {
    # paths
    **{f"{method} {path}": (method, path.replace("SERVER", "/servers/{server}"), body) for method, path, body in (
        ("GET", "SERVER", None), ("PUT", "SERVER", {"server": {"name": "x"}}), ("DELETE", "SERVER", None),
        ("GET", "SERVER/ips", None), ("GET", "SERVER/ips/private", None), ("GET", "SERVER/metadata", None),
        ("POST", "SERVER/metadata", {"metadata": {"a": "b"}}), ("PUT", "SERVER/metadata", {"metadata": {"a": "b"}}),
        ("GET", "SERVER/metadata/k", None), ("PUT", "SERVER/metadata/k", {"meta": {"k": "v"}}),
        ("DELETE", "SERVER/metadata/k", None), ("GET", "SERVER/os-instance-actions", None),
        ("GET", "SERVER/os-instance-actions/req-1", None), ("GET", "SERVER/nova-lite-trace", None),
        ("GET", "/os-keypairs/{keypair}", None), ("DELETE", "/os-keypairs/{keypair}", None),
        ("GET", "/flavors/{flavor}", None), ("GET", "/flavors/{flavor}/os-extra_specs", None),
        ("GET", "/flavors/{flavor}/os-extra_specs/k", None))},
    **{f"action {key}": ("POST", "/servers/{server}/action", {key: value}) for key, value in {
        "os-start": None, "os-stop": None, "reboot": {"type": "HARD"}, "os-getConsoleOutput": {}, "lock": None,
        "unlock": None, "createImage": {"name": "x"},
        "shelve": None, "unshelve": None,
        "createBackup": {"name": "x", "backup_type": "daily", "rotation": 1}}.items()},
    # bodies
    "flavor": server(flavorRef="{flavor}"),
    "image": server(imageRef="{image}"),
    "network": server(networks=[{"uuid": "{network}"}]),
    "network and address": server(networks=[{"uuid": "{network}", "fixed_ip": "10.77.0.9"}]),
    "port": server(networks=[{"port": "{port}"}]),
    "security group": server(security_groups=[{"name": "{group}"}]),
    "security group by name": server(security_groups=[{"name": "{group_name}"}]),
    "keypair": server(key_name="{keypair}"),
    # filters, markers, sort keys
    "marker": ("GET", "/servers?marker={server}", None),
    "marker of details": ("GET", "/servers/detail?marker={server}&sort_key=display_name", None),
    "marker of flavors": ("GET", "/flavors?marker={flavor}", None),
    "filter flavor": ("GET", "/servers?flavor={flavor}", None),
    "marker of keypairs": ("GET", "/os-keypairs?marker={keypair}", None),
    **{f"filter {name}": ("GET", f"/servers/detail?{name}={{{thing}}}", None) for name, thing in (
        ("name", "server_name"), ("uuid", "server"), ("ip", "address"), ("image", "public_image"), ("host", "host"),
        ("tenant_id", "project"), ("project_id", "project"), ("user_id", "user"), ("reservation_id", "reservation"),
        ("key_name", "keypair"))},
    "all tenants": ("GET", "/servers?all_tenants=1&project_id={project}", None),
    "sort by host": ("GET", "/servers?sort_key=host&marker={server}", None),
    # image
    **{f"image {method}{path}": (method, f"/image/v2/images/{{image}}{path}", body) for method, path, body in (
        ("GET", "", None), ("DELETE", "", None), ("GET", "/file", None), ("GET", "/members", None),
        ("POST", "/members", {"member": OTHER}), ("PUT", f"/members/{OTHER}", {"status": "accepted"}),
        ("PUT", "/tags/t", None), ("DELETE", "/tags/t", None))},
    "image marker": ("GET", "/image/v2/images?marker={image}", None),
    "image id filter": ("GET", "/image/v2/images?id=in:{image}", None),
    "image owner filter": ("GET", "/image/v2/images?owner={project}", None),
    # network
    **{f"{noun} {method}": (method, f"/network/v2.0/{noun}/{{{thing}}}", {single: {"description": "d"}}
                            if method == "PUT" else None)
       for noun, single, thing in (("networks", "network", "network"), ("subnets", "subnet", "subnet"),
                                   ("ports", "port", "port"), ("security-groups", "security_group", "group"),
                                   ("security-group-rules", "security_group_rule", "rule"))
       for method in ("GET", "PUT", "DELETE")},
    **{f"{noun} {name}": ("GET", f"/network/v2.0/{noun}?{name}={{{thing}}}", None) for noun, name, thing in (
        ("networks", "id", "network"), ("networks", "project_id", "project"), ("subnets", "network_id", "network"),
        ("ports", "device_id", "server"), ("ports", "fixed_ips", "fixed_ip"), ("ports", "network_id", "network"),
        ("ports", "security_groups", "group"), ("security-groups", "id", "group"),
        ("security-group-rules", "security_group_id", "group"), ("networks", "marker", "network"),
        ("ports", "marker", "port"))},
    "subnet in it": ("POST", "/network/v2.0/subnets", {"subnet": {"network_id": "{network}", "ip_version": 4,
                                                                  "cidr": "10.78.0.0/24"}}),
    "port in it": ("POST", "/network/v2.0/ports", {"port": {"network_id": "{network}"}}),
    "port with its group": ("POST", "/network/v2.0/ports", {"port": {"network_id": "{public_network}",
                                                                     "security_groups": ["{group}"]}}),
    "rule of its group": ("POST", "/network/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": "{group}", "direction": "ingress"}}),
    "rule from its group": ("POST", "/network/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": "{own_group}", "direction": "ingress", "remote_group_id": "{group}"}}),
}
REFUSED_TO_ALL = {"all tenants", "sort by host"}        # a matter of the role: 403 whatever is named


def filled(value, names: dict):
    text = json.dumps(value)
    for name, thing in names.items():
        text = text.replace(f"{{{name}}}", thing)
    return json.loads(text)


@pytest.fixture(scope="module")
def names(cloud, stranger, things):
    """(of the other project, of nobody): what the ways' variables stand for."""
    common = {
        "public_image": stranger("GET", "/image/v2/images?name=lite-guest").json()["images"][0]["id"],
        "public_network": stranger("GET", "/network/v2.0/networks?name=private").json()["networks"][0]["id"],
        "own_group": stranger("GET", "/network/v2.0/security-groups").json()["security_groups"][0]["id"]}
    real = {**common, **things, "fixed_ip": f"ip_address={things['address']}"}
    nothing = {**common, **{name: NOBODYS.get(name, str(uuid.uuid4())) for name in things},
               "fixed_ip": f"ip_address={NOBODYS['address']}"}
    return real, nothing


@pytest.mark.parametrize("way", WAYS)
def test_it_is_as_if_it_were_not_there(stranger, names, way):
    texts, codes = [], []
    for thing in names:
        answer = stranger(*filled(WAYS[way], thing))
        text = answer.text
        for name, value in thing.items():
            text = text.replace(value.partition("=")[2] if name == "fixed_ip" else value, f"<{name}>")
        texts.append(text)
        codes.append(answer.status_code)
    assert codes[0] == codes[1] and texts[0] == texts[1], (codes, texts)
    assert CELL not in texts[0]
    assert codes[0] == 403 if way in REFUSED_TO_ALL else codes[0] in (200, 400, 404), (codes, texts)


def test_what_is_refused_left_nothing(cloud, stranger, things):
    """Neither a server of the stranger nor a change of the other project's things."""
    import openstack
    assert stranger("GET", "/servers").json() == {"servers": []}
    demo = openstack.connect(**cloud.credentials())
    server = demo.compute.get_server(things["server"])
    assert (server.status, server.name, server.is_locked) == ("ACTIVE", "alpha-server", False) and not server.metadata
    assert not demo.network.get_port(things["port"]).description
    assert len(list(demo.network.ports(network_id=things["network"]))) == 1
    assert demo.image.get_image(things["image"]).tags == []
