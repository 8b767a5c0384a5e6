"""Quota sets by microversion."""
import pytest

from nova_lite.db import quotas
from tests.functional.api.conftest import ADMIN
from tests.functional.api.server_fixtures import IMAGE, PROJECT

NOW = {"instances": 10, "cores": 20, "ram": 51200, "metadata_items": 128, "key_pairs": 100, "server_groups": 10,
       "server_group_members": 10}
INJECTION = {"injected_files": 5, "injected_file_content_bytes": 10240, "injected_file_path_bytes": 255}
NETWORK = {"floating_ips": -1, "fixed_ips": -1, "security_groups": -1, "security_group_rules": -1}
ID = {"id": "a11ce"}
PATH = "/os-quota-sets/a11ce"


def _put(api, values, **kwargs):
    return api.put(kwargs.pop("path", PATH), {"quota_set": values}, token=ADMIN, **kwargs)


def test_57_show_by_version(api):
    for path in (PATH, f"{PATH}?user_id=alice", f"{PATH}/defaults"):
        assert api.get(path).json == {"quota_set": ID | NOW | INJECTION | NETWORK}
        assert api.get(path, version="2.36").json == {"quota_set": ID | NOW | INJECTION}
        assert api.get(path, version="2.57").json == {"quota_set": ID | NOW}


def test_detail(api, database):
    database.transaction(quotas.reserve)("a11ce", 1, 2, 3)
    body = api.get(f"{PATH}/detail", version="2.36").json["quota_set"]
    used = {"instances": 1, "cores": 2, "ram": 3}
    assert body == ID | {name: {"limit": limit, "in_use": used.get(name, 0), "reserved": 0}
                         for name, limit in (NOW | INJECTION).items()}


def test_57_update_and_delete(api):
    answer = _put(api, {"instances": "5", "cores": -1, "key_pairs": 7, "floating_ips": 3})
    expected = NOW | INJECTION | NETWORK | {"instances": 5, "cores": -1, "key_pairs": 7, "floating_ips": 3}
    assert (answer.status_code, answer.json) == (200, {"quota_set": expected})
    assert api.get(PATH).json == {"quota_set": ID | expected}
    assert api.get(f"{PATH}/defaults").json["quota_set"]["instances"] == 10
    answer = api.delete(f"{PATH}?user_id=alice", token=ADMIN)
    assert answer.status_code == 202 and api.get(PATH).json["quota_set"]["instances"] == 5
    answer = api.delete(PATH, token=ADMIN)
    assert (answer.status_code, answer.body) == (202, b"")
    assert api.get(PATH).json == {"quota_set": ID | NOW | INJECTION | NETWORK}


def test_below_what_is_used(api, database, fails):
    database.transaction(quotas.reserve)("a11ce", 3, 3, 3)
    assert fails(_put(api, {"cores": 9, "instances": 2}), 400) == (
        "Quota limit 2 for instances must be greater than or equal to already used and reserved 3.")
    assert api.get(PATH).json["quota_set"]["cores"] == 20
    assert _put(api, {"instances": 2, "force": "True"}).json["quota_set"]["instances"] == 2
    assert _put(api, {"instances": -1}).status_code == 200


@pytest.mark.parametrize(("values", "version"), [
    ({"instances": -2}, "2.1"), ({"instances": "-2"}, "2.1"), ({"instances": 2 ** 31}, "2.1"),
    ({"instances": str(2 ** 31)}, "2.1"), ({"instances": "x"}, "2.1"), ({"instances": None}, "2.1"),
    ({"instances": 1.5}, "2.1"), ({"nonsense": 1}, "2.1"), ({"force": "maybe"}, "2.1"),
    ({"floating_ips": 1}, "2.36"), ({"injected_files": 1}, "2.57"),
])
def test_bad_values(api, fails, values, version):
    fails(_put(api, values, version=version), 400)


def test_a_users_quota_is_within_the_projects(api, fails):
    path = f"{PATH}?user_id=alice"
    assert _put(api, {"instances": 2, "key_pairs": 0}, path=path).json["quota_set"]["instances"] == 2
    assert api.get(path).json["quota_set"]["instances"] == 2
    assert api.get(PATH).json["quota_set"]["instances"] == api.get(f"{PATH}?user_id=carol").json["quota_set"][
        "instances"] == 10
    for limit in (11, -1):
        assert fails(_put(api, {"instances": limit}, path=path), 400) == (
            f"Quota limit {limit} for instances must be less than or equal to 10.")
    _put(api, {"instances": 11, "force": True}, path=path)
    assert fails(api.post("/os-keypairs", {"keypair": {"name": "k"}}), 403) == "Quota exceeded, too many key pairs."
    assert api.delete(path, token=ADMIN).status_code == 202
    assert api.get(path).json == api.get(PATH).json
    assert api.post("/os-keypairs", {"keypair": {"name": "k"}}).status_code == 200


def test_a_users_servers_are_counted(client, admin):
    """With what they have of the project's; the others of the project go on."""
    admin.put(f"/os-quota-sets/{PROJECT}?user_id=alice", {"quota_set": {"instances": 2}})

    def create(who, **more):
        return who("POST", "/servers", {"server": {"name": "vm", "flavorRef": "1", "imageRef": IMAGE,
                                                   **more}})
    assert create(client).status_int == 202
    assert create(client, min_count=1, max_count=5).status_int == 202       # one more fits
    assert create(client).json["forbidden"]["message"] == (
        "Quota exceeded for instances: Requested 1, but already used 2 of 2 instances")
    detail = client.get(f"/os-quota-sets/{PROJECT}/detail?user_id=alice")["quota_set"]
    assert detail["instances"] == {"limit": 2, "in_use": 2, "reserved": 0} and detail["ram"]["in_use"] == 1024
    assert create(client.as_user("carol")).status_int == 202
    assert client.get(f"/os-quota-sets/{PROJECT}/detail")["quota_set"]["instances"]["in_use"] == 3
    admin.delete(f"/os-quota-sets/{PROJECT}?user_id=alice", 202)
    assert create(client).status_int == 202


def test_who_may(api, fails):
    other = "/os-quota-sets/b0b"
    fails(api.get(other), 403)
    fails(api.get(f"{other}/detail"), 403)
    assert api.get(other, token=ADMIN).json["quota_set"]["id"] == "b0b"
    assert api.get(f"{other}/defaults").status_code == 200
    fails(api.put(PATH, {"quota_set": {}}), 403)
    fails(api.delete(PATH), 403)
