"""Quota classes by microversion, and what the class default does."""
import pytest

from tests.functional.api.conftest import ADMIN
from tests.functional.api.server_fixtures import IMAGE

PATH = "/os-quota-class-sets/default"
COUNTED = {"instances": 10, "cores": 20, "ram": 51200, "metadata_items": 128, "key_pairs": 100}
GROUPS = {"server_groups": 10, "server_group_members": 10}
INJECTION = {"injected_files": 5, "injected_file_content_bytes": 10240, "injected_file_path_bytes": 255}
NETWORK = {"floating_ips": -1, "fixed_ips": -1, "security_groups": -1, "security_group_rules": -1}
BODIES = [("2.1", COUNTED | INJECTION | NETWORK), ("2.49", COUNTED | INJECTION | NETWORK),
          ("2.50", COUNTED | INJECTION | GROUPS), ("2.56", COUNTED | INJECTION | GROUPS), ("2.57", COUNTED | GROUPS),
          ("2.100", COUNTED | GROUPS)]


@pytest.mark.parametrize(("version", "body"), BODIES)
def test_bodies_by_version(api, version, body):
    assert api.get(PATH, token=ADMIN, version=version).json == {"quota_class_set": {"id": "default"} | body}
    answer = api.put(PATH, {"quota_class_set": body}, token=ADMIN, version=version)
    assert (answer.status_code, answer.json) == (200, {"quota_class_set": body})


def test_groups_are_set_before_they_are_shown(api):
    answer = api.put(PATH, {"quota_class_set": {"server_groups": 3}}, token=ADMIN, version="2.49")
    assert answer.status_code == 200 and "server_groups" not in answer.json["quota_class_set"]
    assert api.get(PATH, token=ADMIN, version="2.50").json["quota_class_set"]["server_groups"] == 3


def test_every_project_has_the_defaults_class(api, fails):
    api.put(PATH, {"quota_class_set": {"instances": "7", "key_pairs": 0}}, token=ADMIN)
    api.put("/os-quota-sets/a11ce", {"quota_set": {"cores": 3}}, token=ADMIN)
    for path in ("/os-quota-sets/a11ce", "/os-quota-sets/a11ce/defaults"):
        assert api.get(path).json["quota_set"]["instances"] == 7
    assert api.get("/limits").json["limits"]["absolute"]["maxTotalInstances"] == 7
    fails(api.post("/os-keypairs", {"keypair": {"name": "k"}}), 403)
    other = "/os-quota-class-sets/other"
    api.put(other, {"quota_class_set": {"instances": 1}}, token=ADMIN)
    assert api.get(other, token=ADMIN).json["quota_class_set"]["instances"] == 1
    assert api.get("/os-quota-sets/a11ce").json["quota_set"]["instances"] == 7


def test_the_defaults_class_limits_a_create(client, admin):

    admin.put(PATH, {"quota_class_set": {"cores": 0}})
    body = {"server": {"name": "vm", "flavorRef": "1", "imageRef": IMAGE}}
    assert client.refused("POST", "/servers", 403, body).startswith("Quota exceeded for cores: Requested 1")
    admin.put(PATH, {"quota_class_set": {"cores": -1}})
    client.post("/servers", body)


@pytest.mark.parametrize(("version", "values"), [
    ("2.50", {"fixed_ips": 1}), ("2.57", {"injected_files": 1}),
    ("2.1", {"cores": -2}), ("2.1", {"cores": "many"}), ("2.1", {"nonsense": 1})])
def test_refused(api, fails, version, values):
    fails(api.put(PATH, {"quota_class_set": values}, token=ADMIN, version=version), 400)


def test_for_administrators_only(api, fails):
    fails(api.get(PATH), 403)
    fails(api.put(PATH, {"quota_class_set": {"cores": 1}}), 403)
