"""Tokens: how they are got, what they carry, when they end."""
import dataclasses
import os
import threading
import time

import pytest

from nova_lite.cmd import manage_bootstrap
from nova_lite.conf import CONF
from nova_lite.embedded.identity import revocations, tokens, users
from tests.functional.embedded.services import password_auth

TOKENS = "/identity/v3/auth/tokens"


def _auth(services, auth):
    return services.call("POST", TOKENS, None, json={"auth": auth})


def test_version_documents_need_no_token(services):
    assert services.call("GET", "/identity/", None).status_code == 300
    version = services.call("GET", "/identity/v3", None).json()["version"]
    assert version["links"][0]["href"] == f"{services.url}/identity/v3/"


def test_scoped_token_has_what_clients_read(services):
    answer = _auth(services, password_auth("demo"))
    token = answer.json()["token"]
    assert answer.status_code == 201
    assert token["project"]["name"] == "demo"
    assert {role["name"] for role in token["roles"]} == {"member", "reader"}
    assert time.strptime(token["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert {service["type"] for service in token["catalog"]} == {"compute", "identity", "image", "network"}
    assert {endpoint["interface"] for endpoint in token["catalog"][0]["endpoints"]} == {"public", "internal", "admin"}


def test_unscoped_token_opens_identity_only(services):
    answer = _auth(services, password_auth("demo", scope="unscoped"))
    value = answer.headers["X-Subject-Token"]
    assert "project" not in answer.json()["token"]
    assert services.call("GET", "/network/v2.0/networks", token=value).status_code == 401
    projects = services.call("GET", "/identity/v3/auth/projects", token=value).json()["projects"]
    assert [project["name"] for project in projects] == ["demo"]
    scoped = _auth(services, {"identity": {"methods": ["token"], "token": {"id": value}},
                              "scope": {"project": {"id": projects[0]["id"]}}})
    assert scoped.status_code == 201
    assert scoped.json()["token"]["expires_at"] == answer.json()["token"]["expires_at"]


@pytest.mark.parametrize("auth", [
    password_auth("demo", "wrong"), password_auth("nobody", "demopass"), password_auth("demo", "x" * 200),
    password_auth("demo", scope={"project": {"name": "admin", "domain": {"id": "default"}}}),
    password_auth("demo", scope={"project": {"name": "nowhere", "domain": {"id": "default"}}}),
    password_auth("demo", scope={"system": {"all": True}}),
    {"identity": {"methods": ["token"], "token": {"id": "a.b.c"}}},
    {"identity": {"methods": ["totp"], "totp": {}}},
    {"identity": {"methods": ["application_credential"], "application_credential": {"id": "x", "secret": "y"}}},
])
def test_every_refusal_looks_the_same(services, auth):
    answer = _auth(services, auth)
    assert answer.status_code == 401
    assert answer.json() == {"error": {"code": 401, "title": "Unauthorized",
                                       "message": "The request you have made requires authentication."}}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"auth": 1}', b'{"auth": {"identity": {"methods": [1]}}}',
                                  b'{"auth": {"identity": {"methods": ["password"], "password": []}}}'])
def test_nonsense_is_400(services, body):
    assert services.call("POST", TOKENS, None, data=body).status_code == 400


def test_show_check_and_revoke(services):
    value = services.token("demo")
    header = {"X-Subject-Token": value}
    assert services.call("GET", TOKENS, "admin", headers=header).json()["token"]["user"]["name"] == "demo"
    assert services.call("HEAD", TOKENS, "demo", headers=header).status_code == 200
    assert services.call("DELETE", TOKENS, token=value, headers=header).status_code == 204
    assert services.call("GET", TOKENS, "admin", headers=header).status_code == 404
    assert services.call("GET", "/network/v2.0/networks", token=value).status_code == 401


def test_another_users_token_cannot_be_revoked(services):
    header = {"X-Subject-Token": services.token("admin")}
    assert services.call("DELETE", TOKENS, "demo", headers=header).status_code == 403


def test_forged_and_expired_tokens(services):
    value, token = tokens.issue(tokens.Token("u", "n", ("password",), "p", "p", ("admin",)))
    assert tokens.verify(value) == token
    assert tokens.verify(value[:-2] + ("AA" if value[-2:] != "AA" else "BB")) is None
    expired, _ = tokens.issue(dataclasses.replace(token, expires_at=time.time() - 1))
    assert tokens.verify(expired) is None
    os.unlink(CONF.embedded.token_key_file)
    assert tokens.verify(value) is None


def test_a_revocation_of_another_process_is_seen_when_the_copy_is_old(services, monkeypatch):
    value, token = tokens.issue(tokens.Token("u", "n", ("password",), "p", "p", ("admin",)))
    assert tokens.verify(value)
    revocations._write(token.id, time.time(), token.expires_at)
    assert tokens.verify(value)
    monkeypatch.setattr(revocations, "REFRESH", 0.0)
    assert tokens.verify(value) is None


def test_new_password_ends_tokens(services):
    value = services.token("demo")
    assert tokens.verify(value)
    manage_bootstrap.bootstrap(demo_password="another")
    assert tokens.verify(value) is None
    assert _auth(services, password_auth("demo")).status_code == 401
    assert _auth(services, password_auth("demo", "another")).status_code == 201


def test_bootstrap_again_changes_nothing(services):
    before = {path.name: path.read_bytes() for path in services.directory.iterdir() if path.is_file()
              and not path.name.startswith("nova-lite.sqlite")}
    assert manage_bootstrap.bootstrap() == {"admin": "adminpass", "demo": "demopass"}
    after = {path.name: path.read_bytes() for path in services.directory.iterdir() if path.is_file()
             and not path.name.startswith("nova-lite.sqlite")}
    assert before == after
    for name in ("users.yaml", "token.key", "passwords.yaml", "service-password"):
        assert (services.directory / name).stat().st_mode & 0o777 == 0o600


def test_edits_at_once_are_all_kept(services):
    def add(index):
        users.edit(lambda directory: directory.put("projects", users.Project(str(index), f"p{index}")))
    threads = [threading.Thread(target=add, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f"p{index}" for index in range(8)} <= {project.name for project in users.load().projects}


def test_application_credential_is_no_more_than_its_user(services):
    user_id = users.load().find("users", name="demo").id
    path = f"/identity/v3/users/{user_id}/application_credentials"
    too_much = services.call("POST", path, "demo", json={"application_credential": {
        "name": "a", "roles": [{"name": "admin"}]}})
    assert too_much.status_code == 400
    made = services.call("POST", path, "demo", json={"application_credential": {"name": "a"}}).json()
    credential = made["application_credential"]
    got = _auth(services, {"identity": {"methods": ["application_credential"], "application_credential": {
        "id": credential["id"], "secret": credential["secret"]}}})
    value = got.headers["X-Subject-Token"]
    assert got.json()["token"]["project"]["name"] == "demo"
    assert services.call("POST", path, token=value, json={"application_credential": {"name": "b"}}).status_code == 403
    assert services.call("DELETE", f"{path}/{credential['id']}", "demo").status_code == 204
    assert tokens.verify(value) is None
    assert "secret" not in services.call("GET", path, "demo").text


def test_users_see_themselves_only(services):
    listed = services.call("GET", "/identity/v3/users", "demo").json()["users"]
    assert [user["name"] for user in listed] == ["demo"]
    admin = users.load().find("users", name="admin").id
    assert services.call("GET", f"/identity/v3/users/{admin}", "demo").status_code == 403
    assert "password" not in services.call("GET", "/identity/v3/users", "admin").text.replace("password_expires_at", "")
