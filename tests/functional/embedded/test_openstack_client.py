"""The unmodified openstack client against the embedded services."""
import hashlib
import json


def test_token_and_catalog(services):
    assert services.cli("token", "issue", "-f", "value", "-c", "id").count(".") == 2
    catalog = {item["Name"]: item for item in json.loads(services.cli("catalog", "list", "-f", "json"))}
    assert set(catalog) == {"nova", "keystone", "glance", "neutron"}
    assert catalog["glance"]["Endpoints"][0]["url"] == f"{services.url}/image"
    refused = services.cli("token", "issue", env={
        "OS_AUTH_URL": f"{services.url}/identity", "OS_USERNAME": "admin", "OS_PASSWORD": "wrong",
        "OS_PROJECT_NAME": "admin", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default"}, check=False)
    assert refused.returncode == 1
    assert "requires authentication" in refused.stderr


def test_identity_lists(services):
    assert set(services.cli("user", "list", "-f", "value", "-c", "Name").split()) == {"admin", "demo", "nova"}
    assert services.cli("project", "show", "demo", "-f", "value", "-c", "name") == "demo"
    assert services.cli("role", "list", "-f", "value", "-c", "Name")
    assert "compute" in services.cli("service", "list", "-f", "value", "-c", "Type")


def test_identity_edits(services):
    services.cli("project", "create", "--description", "of tests", "lab")
    services.cli("user", "create", "--project", "lab", "--password", "secret1", "rita")
    services.cli("role", "add", "--project", "lab", "--user", "rita", "reader")
    listed = services.cli("role", "assignment", "list", "--names", "--user", "rita", "-f", "value", "-c", "Project")
    assert listed == "lab@Default"
    services.cli("user", "set", "--disable", "rita")
    services.cli("role", "remove", "--project", "lab", "--user", "rita", "reader")
    services.cli("user", "delete", "rita")
    services.cli("project", "delete", "lab")
    refused = services.cli("role", "create", "boss", check=False)
    assert "are fixed" in refused.stderr


def test_image_life(services, tmp_path):
    data = bytes(range(256)) * 5000
    (tmp_path / "guest.img").write_bytes(data)
    made = json.loads(services.cli("image", "create", "--file", str(tmp_path / "guest.img"), "--disk-format", "qcow2",
                                   "--property", "hw_rng_model=virtio", "--public", "guest", "-f", "json"))
    shown = json.loads(services.cli("image", "show", "guest", "-f", "json", user="demo"))
    assert shown["status"] == "active"
    assert shown["checksum"] == hashlib.md5(data).hexdigest()
    assert shown["size"] == len(data)
    assert shown["properties"]["os_hash_value"] == hashlib.sha512(data).hexdigest()
    assert shown["properties"]["hw_rng_model"] == "virtio"
    assert services.cli("image", "list", "-f", "value", "-c", "Name", user="demo") == "guest"
    services.cli("image", "save", "--file", str(tmp_path / "copy.img"), "guest", user="demo")
    assert (tmp_path / "copy.img").read_bytes() == data
    services.cli("image", "set", "--property", "note=x", "--min-disk", "2", "--tag", "blue", "guest")
    assert json.loads(services.cli("image", "show", made["id"], "-f", "json"))["min_disk"] == 2
    services.cli("image", "unset", "--property", "note", "guest")
    assert services.cli("image", "delete", "guest", user="demo", check=False).returncode == 1
    services.cli("image", "delete", "guest")
    assert services.cli("image", "list", "-f", "value") == ""


def test_network_life(services):
    services.cli("network", "create", "private", user="demo")
    subnet = json.loads(services.cli("subnet", "create", "--network", "private", "--subnet-range", "10.1.0.0/24",
                                     "--dns-nameserver", "9.9.9.9", "private-subnet", "-f", "json", user="demo"))
    assert subnet["gateway_ip"] == "10.1.0.1"
    port = json.loads(services.cli("port", "create", "--network", "private", "--fixed-ip", "ip-address=10.1.0.9", "p1",
                                   "-f", "json", user="demo"))
    assert port["fixed_ips"][0]["ip_address"] == "10.1.0.9"
    assert services.cli("port", "list", "--network", "private", "-f", "value", "-c", "Name", user="demo") == "p1"
    services.cli("port", "set", "--name", "p2", "p1", user="demo")
    assert services.cli("network", "list", "-f", "value", "-c", "Name", user="demo") == "private"
    assert services.cli("network", "list", "--external", "-f", "value", user="demo") == ""
    in_use = services.cli("network", "delete", "private", user="demo", check=False)
    assert "ports still in use" in in_use.stderr
    services.cli("port", "delete", "p2", user="demo")
    services.cli("subnet", "delete", "private-subnet", user="demo")
    services.cli("network", "delete", "private", user="demo")


def test_security_groups(services):
    assert services.cli("security", "group", "list", "-f", "value", "-c", "Name", user="demo") == "default"
    services.cli("security", "group", "create", "web", user="demo")
    services.cli("security", "group", "rule", "create", "--proto", "tcp", "--dst-port", "80:81", "web", user="demo")
    rules = json.loads(services.cli("security", "group", "rule", "list", "web", "-f", "json", user="demo"))
    assert [rule["Port Range"] for rule in rules if rule["IP Protocol"] == "tcp"] == ["80:81"]
    again = services.cli("security", "group", "rule", "create", "--proto", "tcp", "--dst-port", "80:81", "web",
                         user="demo", check=False)
    assert "already exists" in again.stderr
    services.cli("security", "group", "delete", "web", user="demo")


def test_a_floating_ip_is_of_an_external_network(services):
    assert services.cli("floating", "ip", "list", "-f", "value") == ""
    services.cli("network", "create", "n")
    refused = services.cli("floating", "ip", "create", "n", check=False)
    assert "is not a valid external network" in refused.stderr
    services.cli("network", "create", "--external", "public")
    services.cli("subnet", "create", "--network", "public", "--subnet-range", "172.24.4.0/28", "public")
    made = json.loads(services.cli("floating", "ip", "create", "public", "-f", "json"))
    assert made["floating_ip_address"].startswith("172.24.4.") and made["status"] == "DOWN"
    assert services.cli("floating", "ip", "list", "-f", "value", "-c", "ID").strip() == made["id"]
    services.cli("floating", "ip", "delete", made["id"])


def test_application_credential(services):
    made = json.loads(services.cli("application", "credential", "create", "ci", "-f", "json", user="demo"))
    env = {"OS_AUTH_TYPE": "v3applicationcredential", "OS_AUTH_URL": f"{services.url}/identity",
           "OS_APPLICATION_CREDENTIAL_ID": made["ID"], "OS_APPLICATION_CREDENTIAL_SECRET": made["Secret"]}
    assert services.cli("network", "list", "-f", "value", env=env) == ""
    services.cli("application", "credential", "delete", "ci", user="demo")
    assert services.cli("network", "list", env=env, check=False).returncode == 1
