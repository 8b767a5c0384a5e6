"""The other nouns: what is sent and printed."""
import json
import os

import pytest

from .conftest import FLAVOR

HOST = {"id": 1, "hypervisor_hostname": "node1", "hypervisor_type": "QEMU", "hypervisor_version": 1, "state": "up",
        "status": "enabled", "host_ip": "192.0.2.1", "vcpus": 8, "vcpus_used": 3, "memory_mb": 16000,
        "memory_mb_used": 1024, "local_gb": 100, "local_gb_used": 5, "running_vms": 2,
        "service": {"id": 7, "host": "node1", "disabled_reason": None}}


def printed(run, *words):
    code, out, err = run(*words, "-f", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_flavors(cloud, run):
    assert printed(run, "flavor", "list") == [
        {"ID": "1", "Name": "m1.tiny", "RAM": 256, "Disk": 1, "Ephemeral": 0, "VCPUs": 1, "Is Public": True}]
    cloud.compute("GET", "/flavors/1/os-extra_specs", {"extra_specs": {"hw:x": "1"}})
    assert printed(run, "flavor", "show", "m1.tiny")["properties"] == {"hw:x": "1"}


def test_flavor_create_and_delete(cloud, run):
    cloud.compute("POST", "/flavors", {"flavor": FLAVOR})
    cloud.compute("POST", "/flavors/1/os-extra_specs", {"extra_specs": {"a": "b"}})
    made = printed(run, "flavor", "create", "m1.tiny", "--id", "1", "--ram", "256", "--disk", "1", "--private",
                   "--property", "a=b")
    assert made["properties"] == {"a": "b"}
    assert cloud.asked("POST", "/compute/v2.1/flavors")[0].body == {"flavor": {
        "id": "1", "name": "m1.tiny", "vcpus": 1, "ram": 256, "disk": 1, "swap": 0, "OS-FLV-EXT-DATA:ephemeral": 0,
        "os-flavor-access:is_public": False}}
    cloud.compute("DELETE", "/flavors/1", (202, None))
    assert run("flavor", "delete", "m1.tiny")[0] == 0


def test_keypair_is_imported(cloud, run, tmp_path):
    (tmp_path / "key.pub").write_text("ssh-ed25519 AAAA me\n")
    cloud.compute("POST", "/os-keypairs", (201, {"keypair": {"name": "demo", "fingerprint": "aa:bb", "user_id": "u1"}}))
    assert printed(run, "keypair", "create", "demo", "--public-key", "key.pub")["fingerprint"] == "aa:bb"
    assert cloud.asked("POST", "/compute/v2.1/os-keypairs")[0].body == {
        "keypair": {"name": "demo", "public_key": "ssh-ed25519 AAAA me"}}


def test_keypair_is_made_into_a_new_private_file(cloud, run, tmp_path):
    answer = {"keypair": {"name": "demo", "private_key": "SECRET\n", "fingerprint": "aa"}}
    cloud.compute("POST", "/os-keypairs", (409, {"conflictingRequest": {"code": 409, "message": "already exists"}}),
                  (201, answer))
    file = tmp_path / "demo.pem"
    assert run("keypair", "create", "demo", "--private-key", str(file))[0] == 1
    assert not file.exists()
    assert run("keypair", "create", "demo", "--private-key", str(file))[0] == 0
    assert file.read_text() == "SECRET\n" and os.stat(file).st_mode & 0o777 == 0o600
    code, _, err = run("keypair", "create", "demo", "--private-key", str(file))
    assert (code, err) == (1, f"--private-key {file}: File exists\n")
    assert len(cloud.asked("POST", "/compute/v2.1/os-keypairs")) == 2


def test_keypair_list_show_delete(cloud, run):
    keypair = {"name": "demo", "fingerprint": "aa", "public_key": "ssh-rsa AAAA", "type": "ssh"}
    cloud.compute("GET", "/os-keypairs", {"keypairs": [{"keypair": keypair}]})
    cloud.compute("GET", "/os-keypairs/demo", {"keypair": keypair})
    cloud.compute("DELETE", "/os-keypairs/demo", (204, None))
    assert printed(run, "keypair", "list") == [{"Name": "demo", "Fingerprint": "aa", "Type": "ssh"}]
    assert printed(run, "keypair", "show", "demo")["public_key"] == "ssh-rsa AAAA"
    assert run("keypair", "delete", "demo")[0] == 0


def test_images(cloud, run):
    assert printed(run, "image", "list") == [{"ID": "i1", "Name": "lite-guest", "Status": "active", "Size": 13107200,
                                              "Disk Format": "qcow2", "Visibility": "public"}]
    assert "| 12.5 MiB |" in run("image", "list")[1]
    cloud.image("DELETE", "/images/i1", (204, None))
    assert run("image", "delete", "lite-guest")[0] == 0


def test_image_upload(cloud, run, tmp_path):
    (tmp_path / "disk.qcow2").write_bytes(b"QFI\xfb")
    image = {"id": "i2", "name": "new", "status": "active", "size": 4, "disk_format": "qcow2", "visibility": "public"}
    cloud.image("POST", "/images", (201, image | {"status": "queued"}))
    cloud.image("PUT", "/images/i2/file", (204, None))
    cloud.image("GET", "/images/i2", image)
    made = printed(run, "image", "create", "new", "--file", "disk.qcow2", "--public", "--property", "os_distro=debian")
    assert made["status"] == "active"
    sent = cloud.asked("POST", "/image/v2/images")[0].body
    assert (sent["visibility"], sent["disk_format"], sent["os_distro"]) == ("public", "qcow2", "debian")
    assert cloud.asked("PUT", "/image/v2/images/i2/file")[0].body == b"QFI\xfb"
    assert run("image", "create", "new", "--file", "nowhere")[2].startswith("--file nowhere: no such file")


def test_networks(cloud, run):
    assert printed(run, "network", "list") == [{"ID": "n1", "Name": "private", "Subnets": ["s1"], "Shared": None}]
    assert printed(run, "network", "show", "private")["subnets"] == ["s1"]
    cloud.network("GET", "/subnets", {"subnets": [{"id": "s1", "name": "s", "network_id": "n1",
                                                   "cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.1"}]})
    assert printed(run, "subnet", "list")[0]["Subnet"] == "10.0.0.0/24"
    cloud.network("GET", "/ports", {"ports": [{"id": "p1", "fixed_ips": [{"ip_address": "10.0.0.5"}]}]})
    assert printed(run, "port", "list")[0]["Fixed IPs"] == ["10.0.0.5"]
    cloud.network("DELETE", "/networks/n1", (204, None))
    assert run("network", "delete", "private")[0] == 0


def test_network_with_its_subnet(cloud, run):
    cloud.network("POST", "/networks", (201, {"network": {"id": "n2", "name": "new"}}))
    cloud.network("POST", "/subnets", (201, {"subnet": {"id": "s2"}}))
    cloud.network("GET", "/networks/n2", {"network": {"id": "n2", "name": "new", "subnets": ["s2"]}})
    assert printed(run, "network", "create", "new", "--subnet", "10.9.0.0/24", "--dns", "9.9.9.9")["subnets"] == ["s2"]
    assert cloud.asked("POST", "/network/v2.0/subnets")[0].body == {"subnet": {
        "network_id": "n2", "name": "new-subnet", "cidr": "10.9.0.0/24", "ip_version": 4,
        "dns_nameservers": ["9.9.9.9"]}}


def test_a_network_is_not_left_without_the_subnet_it_should_have(cloud, run):
    cloud.network("POST", "/networks", (201, {"network": {"id": "n2", "name": "new"}}))
    cloud.network("POST", "/subnets", (400, {"NeutronError": {"message": "Invalid CIDR", "type": "x", "detail": ""}}))
    cloud.network("DELETE", "/networks/n2", (204, None))
    code, _, err = run("network", "create", "new", "--subnet", "300.0.0.0/24")
    assert code == 1 and "Invalid CIDR" in err
    assert len(cloud.asked("DELETE", "/network/v2.0/networks/n2")) == 1


def test_hypervisors_and_hosts(cloud, run):
    cloud.compute("GET", "/os-hypervisors/detail", {"hypervisors": [HOST]})
    assert printed(run, "hypervisor", "list")[0]["Hypervisor Hostname"] == "node1"
    assert printed(run, "hypervisor", "show", "node1")["vcpus_used"] == 3
    assert printed(run, "host", "list") == [{"Host": "node1", "State": "up", "Status": "enabled", "VCPUs": "3/8",
                                             "RAM MiB": "1024/16000", "Disk GiB": "5/100", "Servers": 2}]
    assert run("hypervisor", "show", "node9")[0] == 1


def test_pages_of_hypervisors_are_followed(cloud, run):
    link = {"rel": "next", "href": f"{cloud.url}/compute/v2.1/os-hypervisors/detail?marker=1&limit=1"}
    cloud.compute("GET", "/os-hypervisors/detail", {"hypervisors": [HOST], "hypervisors_links": [link]},
                  {"hypervisors": [HOST | {"id": 2, "hypervisor_hostname": "node2"}]})
    assert [row["ID"] for row in printed(run, "hypervisor", "list")] == [1, 2]


def test_services(cloud, run):
    cloud.compute("GET", "/os-services", {"services": [
        {"id": 7, "binary": "nova-compute", "host": "node1", "zone": "nova", "status": "enabled", "state": "up",
         "updated_at": "2026-01-01T10:00:00.000000", "disabled_reason": None}]})
    assert printed(run, "service", "list", "--binary", "nova-compute")[0]["State"] == "up"
    assert cloud.asked("GET", "/compute/v2.1/os-services")[0].query == {"binary": ["nova-compute"]}


@pytest.mark.parametrize(("words", "verb", "body"), [
    (["--enable"], "enable", {}), (["--disable"], "disable", {}),
    (["--disable", "--reason", "x"], "disable-log-reason", {"disabled_reason": "x"}),
    (["--down"], "force-down", {"forced_down": True}), (["--up"], "force-down", {"forced_down": False}),
])
def test_service_set_before_2_53(cloud, run, words, verb, body):
    cloud.compute("PUT", "/os-services/" + verb, {"service": {}})
    assert run("service", "set", "node1", "nova-compute", *words)[0] == 0
    assert cloud.asked("PUT", "/compute/v2.1/os-services/" + verb)[0].body == {
        "host": "node1", "binary": "nova-compute"} | body


def test_service_set_since_2_53(cloud, run):
    cloud.announce("2.60")
    cloud.compute("GET", "/os-services", {"services": [{"id": "uuid-7", "binary": "nova-compute", "host": "node1"}]})
    cloud.compute("PUT", "/os-services/uuid-7", {"service": {}})
    assert run("service", "set", "node1", "nova-compute", "--disable", "--reason", "x", "--up")[0] == 0
    assert cloud.asked("PUT", "/compute/v2.1/os-services/uuid-7")[0].body == {
        "status": "disabled", "disabled_reason": "x", "forced_down": False}


def test_limits(cloud, run):
    cloud.compute("GET", "/limits", {"limits": {"rate": [], "absolute": {
        "maxTotalInstances": 10, "totalInstancesUsed": 2, "maxTotalCores": 20, "totalCoresUsed": 4}}})
    assert printed(run, "limits", "show") == [{"Resource": "instances", "Used": 2, "Limit": 10},
                                              {"Resource": "cores", "Used": 4, "Limit": 20}]


def test_quotas(cloud, run):
    cloud.compute("GET", "/os-quota-sets/p1", {"quota_set": {"id": "p1", "instances": 10, "cores": 20}})
    cloud.compute("PUT", "/os-quota-sets/p2", {"quota_set": {"instances": 50}})
    assert printed(run, "quota", "show") == [{"Resource": "instances", "Limit": 10}, {"Resource": "cores", "Limit": 20}]
    assert run("quota", "set", "p2", "--instances", "50", "--ram", "-1")[0] == 0
    assert cloud.asked("PUT", "/compute/v2.1/os-quota-sets/p2")[0].body == {"quota_set": {"instances": 50, "ram": -1}}


def test_quota_usage(cloud, run):
    detail = {"limit": 10, "in_use": 3, "reserved": 0}
    cloud.compute("GET", "/os-quota-sets/p1/detail", {"quota_set": {"id": "p1", "instances": detail}})
    assert printed(run, "quota", "show", "--usage") == [{"Resource": "instances", "Limit": 10, "In Use": 3}]


def test_zones(cloud, run):
    cloud.compute("GET", "/os-availability-zone", {"availabilityZoneInfo": [
        {"zoneName": "nova", "zoneState": {"available": True}, "hosts": None}]})
    assert printed(run, "availability", "zone", "list") == [{"Zone Name": "nova", "Zone Status": "available"}]
