"""Key pairs at the versions where they change."""
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from nova_lite.conf import CONF
from tests.functional.api.conftest import ADMIN, STRANGER

FINGERPRINT = re.compile(r"([0-9a-f]{2}:){15}[0-9a-f]{2}")
BRIEF = {"name", "public_key", "fingerprint"}


@pytest.fixture(scope="module")
def key():
    from cryptography.hazmat.primitives.asymmetric import ed25519
    public = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    return public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode() + " me@here"


def _import(api, key, name="k", **kwargs):
    values = {"name": name, "public_key": key} | kwargs.pop("values", {})
    return api.post("/os-keypairs", {"keypair": values}, **kwargs)


def test_50_the_oldest_version(api, key, fails):
    answer = _import(api, key)
    assert answer.status_code == 200
    body = answer.json["keypair"]
    assert body.keys() == BRIEF | {"user_id"} and body["user_id"] == "alice" and body["public_key"] == key
    # md5 of the key's blob, as `ssh-keygen -l -E md5` prints it
    assert FINGERPRINT.fullmatch(body["fingerprint"])
    brief = {name: body[name] for name in BRIEF}
    assert api.get("/os-keypairs").json == {"keypairs": [{"keypair": brief}]}
    shown = api.get("/os-keypairs/k").json["keypair"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", shown.pop("created_at"))
    assert shown == brief | {"id": 1, "user_id": "alice", "deleted": False, "deleted_at": None, "updated_at": None}
    answer = api.delete("/os-keypairs/k")
    assert (answer.status_code, answer.body) == (202, b"")
    assert fails(api.delete("/os-keypairs/k"), 404) == "Keypair k not found for user alice"
    assert fails(api.get("/os-keypairs/k"), 404) == "Keypair k not found for user alice"


def test_50_types_come_in_2_2(api, key, fails):
    fails(_import(api, key, values={"type": "ssh"}), 400)
    answer = _import(api, key, version="2.2", values={"type": "ssh"})
    assert answer.status_code == 201 and answer.json["keypair"]["type"] == "ssh"
    assert api.get("/os-keypairs", version="2.2").json["keypairs"][0]["keypair"].keys() == BRIEF | {"type"}
    assert api.get("/os-keypairs/k", version="2.2").json["keypair"]["type"] == "ssh"
    assert "type" not in api.get("/os-keypairs/k").json["keypair"]
    assert api.delete("/os-keypairs/k", version="2.2").status_code == 204
    fails(_import(api, key, version="2.2", values={"type": "dsa"}), 400)


def test_a_pair_is_made(api):
    body = api.post("/os-keypairs", {"keypair": {"name": "made"}}).json["keypair"]
    assert body.keys() == BRIEF | {"user_id", "private_key"}
    private = serialization.load_pem_private_key(body["private_key"].encode(), None)
    public = private.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    assert body["public_key"] == f"{public.decode()} Generated-by-Nova"
    assert "private_key" not in api.get("/os-keypairs/made").json["keypair"]


def test_a_certificate_is_made_and_imported(api):
    body = api.post("/os-keypairs", {"keypair": {"name": "cert", "type": "x509"}}, version="2.2").json["keypair"]
    certificate = x509.load_pem_x509_certificate(body["public_key"].encode())
    private = serialization.load_pem_private_key(body["private_key"].encode(), None)
    assert certificate.public_key() == private.public_key() and body["type"] == "x509"
    again = _import(api, body["public_key"], "again", version="2.2", values={"type": "x509"}).json["keypair"]
    assert again["fingerprint"] == body["fingerprint"] and len(body["fingerprint"]) == 59 and "private_key" not in again


@pytest.mark.parametrize("bad", ["nonsense", "ssh-rsa", "ssh-rsa AAAA", "ssh-ed25519 !!!!", "ssh-rsa ключ"])
def test_a_bad_public_key(api, fails, bad):
    assert fails(_import(api, bad), 400) == "Keypair data is invalid: failed to generate fingerprint"


def test_bad_names(api, key, fails):
    assert fails(_import(api, key, "a.b"), 400) == "Keypair data is invalid: Keypair name contains unsafe characters"
    assert fails(_import(api, key, " a"), 400).startswith("An invalid 'name' value was provided.")
    assert fails(_import(api, key, "a" * 256), 400).startswith("Invalid input for field/attribute name. Value: aaa")
    assert _import(api, key, "A_b-c 1").status_code == 200


def test_50_duplicates_are_a_users_own_affair(api, key, fails):
    _import(api, key)
    assert fails(_import(api, key), 409) == "Key pair 'k' already exists."
    assert _import(api, key, token=STRANGER).status_code == 200
    api.delete("/os-keypairs/k", token=STRANGER)
    assert api.get("/os-keypairs/k").status_code == 200


def test_quota(api, key, fails):
    CONF.set_override("key_pairs", 1, group="quota")
    try:
        assert _import(api, key).status_code == 200
        assert fails(_import(api, key, "second"), 403) == "Quota exceeded, too many key pairs."
    finally:
        CONF.clear_override("key_pairs", group="quota")


def test_other_users_keys_from_2_10(api, key, fails):
    values = {"user_id": "alice"}
    assert _import(api, key, version="2.10", token=ADMIN, values=values).json["keypair"]["user_id"] == "alice"
    fails(_import(api, key, version="2.9", token=ADMIN, values=values), 400)
    fails(_import(api, key, "x", version="2.10", token=STRANGER, values=values), 403)
    for method, path in (("get", "/os-keypairs"), ("get", "/os-keypairs/k"), ("delete", "/os-keypairs/k")):
        fails(getattr(api, method)(f"{path}?user_id=alice", version="2.10", token=STRANGER), 403)
    assert len(api.get("/os-keypairs?user_id=alice", version="2.10", token=ADMIN).json["keypairs"]) == 1
    assert api.get("/os-keypairs?user_id=alice", version="2.9", token=ADMIN).json == {"keypairs": []}
    assert api.delete("/os-keypairs/k?user_id=alice", version="2.10", token=ADMIN).status_code == 204


def test_pages_from_2_35(api, key, fails):
    for name in "abc":
        _import(api, key, name)
    page = api.get("/os-keypairs?limit=2", version="2.35").json
    assert [item["keypair"]["name"] for item in page["keypairs"]] == ["a", "b"]
    assert page["keypairs_links"] == [
        {"rel": "next", "href": "http://localhost/v2.1/os-keypairs?limit=2&marker=b"}]
    page = api.get("/os-keypairs?limit=2&marker=b", version="2.35").json
    assert [item["keypair"]["name"] for item in page["keypairs"]] == ["c"] and page.keys() == {"keypairs"}
    assert len(api.get("/os-keypairs?limit=2", version="2.34").json["keypairs"]) == 3
    assert api.get("/os-keypairs?limit=0", version="2.35").json == {"keypairs": []}
    assert fails(api.get("/os-keypairs?marker=z", version="2.35"), 400) == "marker [z] not found"
    fails(api.get("/os-keypairs?limit=-1", version="2.35"), 400)


def test_50_made_no_more_from_2_92_on(api, key, fails):
    assert _import(api, key, "a.b@c", version="2.92").status_code == 201
    assert fails(api.post("/os-keypairs", {"keypair": {"name": "k"}}, version="2.92"), 400).endswith(
        "'public_key' is a required property")
    fails(api.get("/os-keypairs?nonsense=1", version="2.75"), 400)
