"""The metadata trees."""
import base64
import json

import pytest

from nova_lite import instance_metadata
from nova_lite.models import BlockDevice
from tests.unit.virt.samples import INSTANCE, NETWORK, SUBNET, UUID, VIF

SEED = bytes(range(256)) * 2
FILES = {"/etc/motd": b"hello", "/root/x": b"\x00"}


def tree(**kwargs):
    return instance_metadata.openstack_tree(INSTANCE, [VIF], dhcp_domain="novalocal", random_seed=SEED, **kwargs)


def meta(version="latest", **kwargs):
    return json.loads(tree(**kwargs)[f"{version}/meta_data.json"])


def test_latest_meta_data():
    assert meta() == {
        "uuid": UUID, "name": "web & <mail>", "hostname": "web-mail.novalocal", "launch_index": 0,
        "availability_zone": "nova", "meta": {"role": "web"}, "public_keys": {"demo": "ssh-ed25519 AAAA demo"},
        "keys": [{"name": "demo", "type": "ssh", "data": "ssh-ed25519 AAAA demo"}], "project_id": "project-1",
        "random_seed": base64.b64encode(SEED).decode(), "devices": [], "dedicated_cpus": []}


def test_what_has_a_tag_is_a_device():
    vifs = [VIF, VIF.replace(id="other", mac="fa:16:3e:00:00:99", tag="backup"),
            VIF.replace(id="placed", mac="fa:16:3e:00:00:98", tag="front", pci_address="0000:00:04.0")]
    disks = (BlockDevice("root", "system", UUID, "0000:00:03.0"),)
    disk = {"type": "disk", "serial": UUID, "bus": "pci", "address": "0000:00:03.0", "tags": ["system"]}
    nics = [{"type": "nic", "mac": "fa:16:3e:00:00:99", "bus": "none", "address": "none", "tags": ["backup"]},
            {"type": "nic", "mac": "fa:16:3e:00:00:98", "bus": "pci", "address": "0000:00:04.0", "tags": ["front"]}]
    found = {version: json.loads(instance_metadata.openstack_tree(
        INSTANCE.replace(block_devices=disks), vifs, dhcp_domain="d")[f"{version}/meta_data.json"])["devices"]
        for version in ("2016-06-30", "2018-08-27", "latest")}
    trusted = [{**nic, "vf_trusted": False} for nic in nics]
    assert found == {"2016-06-30": [disk, *nics], "2018-08-27": [disk, *trusted], "latest": [disk, *trusted]}


@pytest.mark.parametrize("version, names", [
    ("2012-08-10", set()),
    ("2013-04-04", {"random_seed"}),
    ("2015-10-15", {"random_seed", "project_id"}),
    ("2016-06-30", {"random_seed", "project_id", "devices"}),
    ("2020-10-14", {"random_seed", "project_id", "devices", "dedicated_cpus"}),
])
def test_each_version_has_what_it_had(version, names):
    assert set(meta(version)) & {"random_seed", "project_id", "devices", "dedicated_cpus"} == names


@pytest.mark.parametrize("name, first", [("vendor_data.json", "2013-10-17"), ("network_data.json", "2015-10-15"),
                                         ("vendor_data2.json", "2016-10-06"), ("user_data", "2012-08-10")])
def test_each_file_since_its_version(name, first):
    versions = {path.partition("/")[0] for path in tree() if path.endswith("/" + name)}
    assert versions == {v for v in instance_metadata.OPENSTACK_VERSIONS if v >= first} | {"latest"}


def test_the_password_is_there_only_when_given():
    assert "admin_pass" not in meta()
    assert meta(admin_password="s3cret")["admin_pass"] == "s3cret"


def test_personality_files():
    found = meta(files=FILES)["files"]
    assert found == [{"path": "/etc/motd", "content_path": "/content/0000"},
                     {"path": "/root/x", "content_path": "/content/0001"}]
    assert [tree(files=FILES)[item["content_path"][1:]] for item in found] == list(FILES.values())


def test_seeds_differ():
    one, other = (instance_metadata.meta_data(INSTANCE, (), dhcp_domain="")["random_seed"] for _ in range(2))
    assert one != other
    assert len(base64.b64decode(one)) == 512


@pytest.mark.parametrize("hostname, domain, expected", [
    ("web", "novalocal", "web.novalocal"), ("web", "", "web"),
    ("web.example.org", "novalocal", "web.example.org.novalocal")])
def test_fqdn(hostname, domain, expected):
    assert instance_metadata.fqdn(INSTANCE.replace(hostname=hostname), domain) == expected


def test_network_data_of_dhcp():
    assert instance_metadata.network_data([VIF]) == {
        "links": [{"id": "tapaabbccdd-ee", "vif_id": VIF.id, "type": "bridge", "mtu": 1450,
                   "ethernet_mac_address": "fa:16:3e:01:02:03"}],
        "networks": [{"id": "network0", "link": "tapaabbccdd-ee", "network_id": NETWORK.id, "type": "ipv4_dhcp"}],
        "services": [{"type": "dns", "address": "9.9.9.9"}]}


def test_network_data_without_dhcp():
    vif = VIF.replace(network=NETWORK.replace(subnets=(SUBNET.replace(dhcp_server=None),)))
    assert instance_metadata.network_data([vif])["networks"] == [{
        "id": "network0", "link": "tapaabbccdd-ee", "network_id": NETWORK.id, "type": "ipv4",
        "ip_address": "10.20.0.5", "netmask": "255.255.255.0", "services": [{"type": "dns", "address": "9.9.9.9"}],
        "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.20.0.1"},
                   {"network": "10.30.0.0", "netmask": "255.255.0.0", "gateway": "10.20.0.9"}]}]


def test_ec2():
    found = instance_metadata.ec2_meta_data(INSTANCE, [VIF], dhcp_domain="novalocal")
    assert found["instance-id"] == "i-0000001a"
    assert found["ami-id"] == "ami-0a1b2c3d"
    assert found["local-ipv4"] == "10.20.0.5"
    assert found["hostname"] == "web-mail.novalocal"
    assert found["public-keys"] == {"0=demo": {"openssh-key": "ssh-ed25519 AAAA demo"}}
    assert found["placement"] == {"availability-zone": "nova"}


def test_config_drive_has_both_trees():
    files = instance_metadata.config_drive_files(INSTANCE, [VIF], dhcp_domain="", admin_password="p", files=FILES)
    assert {"openstack/latest/meta_data.json", "openstack/content/0001", "openstack/2013-04-04/user_data",
            "ec2/latest/meta-data.json", "ec2/latest/user-data", "ec2/2009-04-04/meta-data.json"} <= set(files)
    assert files["openstack/latest/user_data"] == files["ec2/latest/user-data"] == b"#!/bin/sh\n"


def test_a_bare_instance():
    bare = INSTANCE.replace(user_data=None, key_name=None, key_data=None, metadata={}, image_ref="")
    files = instance_metadata.config_drive_files(bare, [], dhcp_domain="")
    assert not any(path.endswith(("user_data", "user-data")) for path in files)
    assert "public_keys" not in json.loads(files["openstack/latest/meta_data.json"])
    assert json.loads(files["ec2/latest/meta-data.json"])["local-ipv4"] == ""
