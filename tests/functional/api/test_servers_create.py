"""``POST /servers``: what is taken, what is refused and how, by microversion."""
import base64

import pytest

from nova_lite.api.handlers.server_create import generate_password
from nova_lite.db import flavors
from nova_lite.models import BlockDevice, Flavor
from tests.functional.api.server_fixtures import HOST, IMAGE, NETWORK, PROJECT

NOBODYS = "d4f5a5a0-0e2e-4e5e-9b44-2a5d0d5f1a12"


def body(hints=None, **values):
    server = {"name": "vm", "flavorRef": "1", "imageRef": IMAGE, **values}
    found = {"server": {key: value for key, value in server.items() if value is not ...}}
    return found | ({"os:scheduler_hints": hints} if hints else {})


@pytest.fixture
def refused(client):
    def check(code=400, version="2.1", hints=None, user=None, **values):
        who = client.at(version) if user is None else client.at(version).as_user(user)
        return who.refused("POST", "/servers", code, body(hints, **values))
    return check


@pytest.fixture
def created(client, database):
    """Create, and give what is in the database then."""
    from nova_lite.db import instances

    def create(version="2.1", user="alice", hints=None, **values):
        answer = client.at(version).as_user(user).post("/servers", body(hints, **values))
        with database.reader() as connection:
            return instances.get(connection, answer["server"]["id"])
    return create


def test_everything_that_can_be_said(client, created, sent, database):
    key = client.post("/os-keypairs", {"keypair": {"name": "k", "public_key": PUBLIC_KEY}}, code=200)["keypair"]
    data = base64.b64encode(b"#!/bin/sh\n").decode()
    server = created(
        version="2.38", flavorRef=f"{HOST}/v2.1/flavors/2", metadata={"role": "web"}, key_name=key["name"],
        user_data=data, config_drive="yes", description="two\nlines", accessIPv4="1.2.3.4", accessIPv6="80fe:0::",
        availability_zone="nova", hints={"different_host": ["c1c2c3c4-0000-4000-8000-000000000001"]},
        security_groups=[{"name": "web"}, {"name": "web"}], networks=[{"uuid": NETWORK, "fixed_ip": "192.168.1.9"}],
        personality=[{"path": "/etc/motd", "contents": data}], adminPass="secret",
        **{"OS-DCF:diskConfig": "AUTO"})
    assert (server.project_id, server.user_id, server.display_name) == (PROJECT, "alice", "vm")
    assert (server.vm_state, server.task_state, server.power_state) == ("building", "scheduling", 0)
    assert server.flavor.name == "m1.small" and server.image_ref == IMAGE and server.metadata == {"role": "web"}
    assert server.key_data == PUBLIC_KEY and server.user_data == data and server.config_drive
    assert server.display_description == "two\nlines" and server.auto_disk_config
    assert (server.access_ip_v4, server.access_ip_v6) == ("1.2.3.4", "80fe::")
    assert server.scheduler_hints == {"different_host": ["c1c2c3c4-0000-4000-8000-000000000001"]}
    assert server.security_groups == ("web",)
    assert [(n.network_id, n.address) for n in server.requested_networks] == [(NETWORK, "192.168.1.9")]
    [(method, _, arguments)] = sent
    assert method == "build_instances" and arguments["orders"][0]["instance_uuid"] == server.uuid


def test_description_is_the_name_until_2_19(created):
    assert created(version="2.18").display_description == "vm"
    assert created(version="2.19").display_description is None


ROOT = {"boot_index": 0, "source_type": "image", "destination_type": "local", "uuid": IMAGE}


@pytest.mark.parametrize(("version", "key", "value", "taken"), [
    ("2.18", "description", "x", False), ("2.19", "description", "x", True), ("2.19", "description", None, True),
    ("2.31", "networks", [{"uuid": NETWORK, "tag": "t"}], False),
    ("2.32", "networks", [{"uuid": NETWORK, "tag": "t"}], True),
    ("2.36", "networks", [{"uuid": NETWORK, "tag": "t"}], True),
    ("2.37", "networks", [{"uuid": NETWORK, "tag": "t"}], False),
    ("2.42", "networks", [{"uuid": NETWORK, "tag": "t"}], True),
    ("2.36", "networks", "auto", False), ("2.37", "networks", "auto", True), ("2.37", "networks", "none", True),
    ("2.36", "networks", ..., True), ("2.37", "networks", ..., False), ("2.37", "networks", [{"uuid": "x"}], False),
    ("2.51", "tags", ["a"], False), ("2.52", "tags", ["a"], True), ("2.52", "tags", ["a,b"], False),
    ("2.52", "tags", [str(n) for n in range(51)], False),
    ("2.56", "personality", [], True), ("2.57", "personality", [], False),
    ("2.89", "hostname", "ho", False), ("2.90", "hostname", "h", False),
    ("2.90", "hostname", "h-1", True), ("2.90", "hostname", "h.example", False),
    ("2.94", "hostname", "h.example", True),
    ("2.62", "trusted_image_certificates", None, False), ("2.63", "trusted_image_certificates", None, True),
    ("2.63", "trusted_image_certificates", [], False), ("2.63", "trusted_image_certificates", ["c"], False),
    ("2.66", "block_device_mapping_v2", [{**ROOT, "volume_type": None}], False),
    ("2.67", "block_device_mapping_v2", [{**ROOT, "volume_type": None}], True),
    ("2.41", "block_device_mapping_v2", [{**ROOT, "tag": "t"}], False),
    ("2.42", "block_device_mapping_v2", [{**ROOT, "tag": "t"}], True),
])
def test_keys_by_microversion(client, version, key, value, taken):
    values = {"networks": "none"} if key != "networks" and float(version[2:]) >= 37 else {}
    answer = client.at(version)("POST", "/servers", body(**values, **{key: value}))
    assert answer.status_int == (202 if taken else 400), answer.text


@pytest.mark.parametrize("version", ["2.32", "2.42", "2.100"])
def test_a_tag_of_the_root_disk(created, version):
    server = created(version=version, networks=[{"uuid": NETWORK, "tag": "front"}],
                     block_device_mapping_v2=[{**ROOT, "tag": "system"}])
    assert server.block_devices == (BlockDevice("root", "system"),)


def test_a_hostname_is_for_one_server(client):
    assert client.at("2.90").refused("POST", "/servers", 400, body(networks="none", hostname="ho", min_count=2)) == (
        "Unable to allocate a single hostname to multiple instances")


def test_host_is_for_those_who_may(client, sent):
    wanted = body(networks="none", host="host2", hypervisor_hostname="host2")
    assert client.at("2.73").refused("POST", "/servers", 400, wanted)
    assert "requested_destination" in client.at("2.74").refused("POST", "/servers", 403, wanted)
    client.at("2.74").as_user("admin").post("/servers", wanted)
    for none in ({"host": "host9"}, {"hypervisor_hostname": "host9"},
                 {"host": "host9", "hypervisor_hostname": "host2"}):
        assert client.at("2.74").as_user("admin").refused("POST", "/servers", 400, body(networks="none", **none)) == (
            "Compute host host9 could not be found.")


def test_a_hostname_that_was_asked_for_is_kept_as_it_is(client, created):
    assert created(version="2.94", networks="none", hostname="Web_1.example.org").hostname == "Web_1.example.org"


@pytest.mark.parametrize(("zone", "params"), [
    ("nova:host1", {"force_hosts": ["host1"]}), ("nova:host1:node1", {"force_hosts": ["host1"],
                                                                      "force_nodes": ["node1"]}),
    ("nova::node1", {"force_nodes": ["node1"]})])
def test_forced_host(client, created, refused, database, zone, params):
    from nova_lite.db import actions
    assert "forced_host" in refused(403, availability_zone=zone)
    server = created(user="admin", availability_zone=zone)
    with database.reader() as connection:
        [action] = actions.of_instance(connection, server.uuid)
    assert action.params == {"availability_zone": "nova", **params}


def test_networks(created, refused, embedded_client):
    port = embedded_client.post("/network/v2.0/ports", {"port": {"network_id": NETWORK}}, code=201)["port"]["id"]
    assert created(version="2.37", networks="none").requested_networks == ()
    assert [n.network_id for n in created(version="2.37", networks="auto").requested_networks] == [NETWORK]
    assert [n.network_id for n in created(networks=[]).requested_networks] == [NETWORK]
    assert [n.port_id for n in created(networks=[{"port": port}]).requested_networks] == [port]
    assert "cannot be used with port" in refused(networks=[{"port": port, "fixed_ip": "10.0.0.9"}])
    assert refused(networks=[{"fixed_ip": "10.0.0.9"}]) == "Bad network format: missing 'uuid'"
    assert "not in proper format" in refused(networks=[{"uuid": "private"}])
    assert "could not be found" in refused(networks=[{"uuid": NOBODYS}])
    assert "single configured port" in refused(networks=[{"port": port}], max_count=2)


def test_root_disk_from_the_image_may_be_said_twice(created, refused):
    device = {"boot_index": 0, "source_type": "image", "destination_type": "local", "uuid": IMAGE,
              "delete_on_termination": True}
    assert created(block_device_mapping_v2=[device]).image_ref == IMAGE
    assert created(block_device_mapping_v2=[{**device, "boot_index": "0"}]).image_ref == IMAGE
    for wrong in ({"boot_index": 1}, {"uuid": NOBODYS}):
        assert "Mapping image to local is not supported" in refused(block_device_mapping_v2=[device | wrong])
    assert "Mapping image to local" in refused(imageRef="", block_device_mapping_v2=[device])
    volume = {"boot_index": 0, "source_type": "volume", "destination_type": "volume", "uuid": NOBODYS}
    for devices in ([volume], [{**volume, "source_type": "image"}], [device, {**volume, "boot_index": None}]):
        assert refused(block_device_mapping_v2=devices).startswith("Block Device Mapping is Invalid")
    assert "volumes" in refused(imageRef="", block_device_mapping_v2=[volume])
    assert "volumes" in refused(block_device_mapping=[{"device_name": "vda", "volume_id": NOBODYS}])
    assert "different block_device_mapping syntaxes" in refused(
        block_device_mapping=[{"device_name": "vda"}], block_device_mapping_v2=[device])
    assert refused(imageRef=...) == refused(imageRef="") == "Missing imageRef attribute"


def test_personality_within_quota(config, refused, created):
    config("quota", injected_files=1, injected_file_content_bytes=4, injected_file_path_length=6)
    ok = {"path": "/a", "contents": base64.b64encode(b"1234").decode()}
    created(personality=[ok])
    assert refused(403, personality=[ok, ok]) == "Personality file limit exceeded"
    assert "content exceeds" in refused(403, personality=[{**ok, "contents": base64.b64encode(b"12345").decode()}])
    assert "path exceeds" in refused(403, personality=[{**ok, "path": "/too/long"}])
    assert refused(personality=[{"path": "/a"}]).startswith("Bad personality format")


@pytest.mark.parametrize("values", [
    {"name": ""}, {"name": " vm"}, {"name": "vm "}, {"name": "a\nb"}, {"name": "x" * 256}, {"name": ...}, {"name": 1},
    {"flavorRef": ...}, {"flavorRef": ""}, {"flavorRef": "nope"}, {"flavorRef": 99}, {"imageRef": "lite-guest"},
    {"imageRef": NOBODYS}, {"imageRef": f"{HOST}/images/{IMAGE}"}, {"key_name": "nope"}, {"availability_zone": "mars"},
    {"availability_zone": "a:b:c:d"}, {"availability_zone": "nova:"}, {"security_groups": [{"name": "nope"}]},
    {"metadata": {"": "x"}}, {"metadata": {"k": 1}}, {"metadata": {"k": "x" * 256}}, {"metadata": {"k" * 256: "x"}},
    {"metadata": []}, {"user_data": "x" * 65536}, {"user_data": "ä"}, {"user_data": "a"}, {"config_drive": "maybe"},
    {"min_count": 0}, {"min_count": "0"}, {"min_count": ""}, {"min_count": -1}, {"min_count": "x"}, {"min_count": 1.5},
    {"min_count": 2, "max_count": 1}, {"max_count": 10 ** 9}, {"accessIPv4": "1.2.3"}, {"accessIPv6": "1.2.3.4"},
    {"OS-DCF:diskConfig": "auto"}, {"adminPass": 1}, {"unknown": 1}, {"status": "ACTIVE"}, {"hostname": "h"},
], ids=str)
def test_refused(refused, sent, values):
    refused(**values)
    assert sent == []


def test_a_password_has_a_character_of_each_group():
    passwords = {generate_password() for _ in range(50)}
    assert len(passwords) == 50
    for password in passwords:
        assert len(password) == 12 and password.isalnum()
        assert any(c.isdigit() for c in password) and password.lower() != password != password.upper()


PUBLIC_KEY = ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVvx2Hj5ZkYxQY4zJ3bF7cWq1YqQyQ1Qb8v1mJ0Tn0v alice@example")


def test_a_flavor_without_a_disk_is_an_administrators(client, admin, database):
    """Its servers are as large as their image says, and that is up to whoever made the image."""
    with database.writer() as connection:
        flavors.create(connection, Flavor("0", "diskless", 1, 512, 0))
    body = {"server": {"name": "vm", "flavorRef": "0", "imageRef": IMAGE}}
    assert client.refused("POST", "/servers", 403, body) == (
        "Only volume-backed servers are allowed for flavors with zero disk.")
    admin.post("/servers", body)
