"""Users, projects and grants that an admin makes and changes through the API."""
import pytest

from nova_lite.embedded.identity import tokens, users
from tests.functional.embedded.services import password_auth

V3 = "/identity/v3"
SCOPE = {"project": {"name": "lab", "domain": {"id": "default"}}}


def _made(services, noun, **values):
    answer = services.call("POST", f"{V3}/{noun}s", json={noun: values})
    assert answer.status_code == 201, answer.text
    return answer.json()[noun]


def _role(services, name):
    return services.call("GET", f"{V3}/roles?name={name}").json()["roles"][0]["id"]


def _sign_in(services, name, password, scope=SCOPE):
    return services.call("POST", f"{V3}/auth/tokens", None, json={"auth": password_auth(name, password, scope)})


@pytest.fixture
def lab(services):
    """Project lab with its user rita, a reader: (project, user, the grant's path)."""
    project = _made(services, "project", name="lab", description="of tests", domain_id="default")
    user = _made(services, "user", name="rita", password="secret1", email="rita@lab", default_project_id=project["id"])
    grant = f"{V3}/projects/{project['id']}/users/{user['id']}/roles/{_role(services, 'reader')}"
    assert services.call("PUT", grant).status_code == services.call("PUT", grant).status_code == 204
    return project, user, grant


def test_a_new_user_of_a_new_project_signs_in(services, lab):
    project, user, grant = lab
    assert project["description"] == "of tests"
    assert (user["email"], user["default_project_id"]) == ("rita@lab", project["id"])
    answer = _sign_in(services, "rita", "secret1")
    assert {role["name"] for role in answer.json()["token"]["roles"]} == {"reader"}
    assert services.call("HEAD", grant).status_code == 204
    listed = services.call("GET", grant.rpartition("/")[0]).json()["roles"]
    assert [role["name"] for role in listed] == ["reader"]
    assert services.call("GET", "/network/v2.0/networks", token=answer.headers["X-Subject-Token"]).status_code == 200


def test_a_lost_role_ends_tokens(services, lab):
    value = _sign_in(services, "rita", "secret1").headers["X-Subject-Token"]
    assert services.call("DELETE", lab[2]).status_code == 204
    assert services.call("DELETE", lab[2]).status_code == services.call("HEAD", lab[2]).status_code == 404
    assert tokens.verify(value) is None and _sign_in(services, "rita", "secret1").status_code == 401


@pytest.mark.parametrize("change, code", [
    ({"password": "secret2"}, 401), ({"enabled": False}, 401), ({"name": "r"}, 401), ({"description": "x"}, 201)])
def test_a_changed_user(services, lab, change, code):
    path = f"{V3}/users/{lab[1]['id']}"
    assert services.call("PATCH", path, json={"user": change}).status_code == 200
    shown = services.call("GET", path).json()["user"]
    assert {key: shown[key] for key in change if key != "password"} == {
        key: value for key, value in change.items() if key != "password"}
    assert _sign_in(services, "rita", "secret1").status_code == code


def test_a_user_changes_their_own_password(services, lab):
    value = _sign_in(services, "rita", "secret1").headers["X-Subject-Token"]
    path = f"{V3}/users/{lab[1]['id']}/password"
    wrong = services.call("POST", path, None, json={"user": {"original_password": "x", "password": "secret2"}})
    assert wrong.status_code == 401
    right = services.call("POST", path, None, json={"user": {"original_password": "secret1", "password": "secret2"}})
    assert right.status_code == 204
    assert tokens.verify(value) is None and _sign_in(services, "rita", "secret2").status_code == 201


@pytest.mark.parametrize("noun", ["user", "project"])
def test_what_is_deleted_is_gone_with_its_grants(services, lab, noun):
    id = lab[0 if noun == "project" else 1]["id"]
    assert services.call("DELETE", f"{V3}/{noun}s/{id}").status_code == 204
    assert services.call("GET", f"{V3}/{noun}s/{id}").status_code == 404
    assert services.call("DELETE", f"{V3}/{noun}s/{id}").status_code == 404
    assert not users.load().all("grants", **{f"{noun}_id": id})
    assert _sign_in(services, "rita", "secret1").status_code == 401


def test_a_disabled_project_lets_nobody_in(services, lab):
    path = f"{V3}/projects/{lab[0]['id']}"
    assert services.call("PATCH", path, json={"project": {"enabled": False}}).json()["project"]["enabled"] is False
    assert _sign_in(services, "rita", "secret1").status_code == 401
    assert services.call("PATCH", path, json={"project": {"enabled": True, "name": "lab2"}}).status_code == 200
    assert _sign_in(services, "rita", "secret1", None).json()["token"]["project"]["name"] == "lab2"


@pytest.mark.parametrize("path, body, code", [
    ("users", {"user": {"name": "demo"}}, 409), ("projects", {"project": {"name": "demo"}}, 409),
    ("users", {"user": {"password": "x"}}, 400), ("users", {"user": {"name": "x", "password": 5}}, 400),
    ("users", {"user": {"name": " "}}, 400), ("users", {"user": {"name": "x" * 256}}, 400),
    ("users", {"user": {"name": "x", "password": "p" * 73}}, 400),
    ("users", {"user": {"name": "x", "enabled": "yes"}}, 400),
    ("users", {"user": {"name": "x", "note": "n" * 5000}}, 400),
    ("users", {"user": {"name": "x", "domain_id": "other"}}, 400), ("users", {"user": []}, 400),
    ("projects", {"project": {"name": "x", "parent_id": "other"}}, 400), ("projects", {"project": {}}, 400),
    ("projects", {"project": {"name": "x", "is_domain": True}}, 400),
    ("roles", {"role": {"name": "member"}}, 409), ("roles", {"role": {"name": "boss"}}, 403),
    ("domains", {"domain": {"name": "x"}}, 403),
])
def test_what_cannot_be_made(services, path, body, code):
    answer = services.call("POST", f"{V3}/{path}", json=body)
    assert answer.status_code == code and answer.json()["error"]["code"] == code


def test_the_clouds_own_user_cannot_be_taken_away(services):
    own = users.load().find("users", name=users.SERVICE_USER)
    [project] = users.load().projects_of(own.id)
    grant = f"projects/{project.id}/users/{own.id}/roles/{_role(services, 'admin')}"
    for method, path, body in (("DELETE", f"users/{own.id}", None), ("DELETE", f"projects/{project.id}", None),
                               ("PATCH", f"users/{own.id}", {"user": {"enabled": False}}),
                               ("PATCH", f"projects/{project.id}", {"project": {"enabled": False}}),
                               ("DELETE", grant, None)):
        assert services.call(method, f"{V3}/{path}", json=body).status_code == 403, path


def test_only_an_admin_edits(services, lab):
    project, user, grant = lab
    for method, path, body in (("POST", "users", {"user": {"name": "x"}}),
                               ("POST", "projects", {"project": {"name": "x"}}),
                               ("PATCH", f"users/{user['id']}", {"user": {"enabled": False}}),
                               ("PATCH", f"projects/{project['id']}", {"project": {"enabled": False}}),
                               ("DELETE", f"users/{user['id']}", None), ("DELETE", f"projects/{project['id']}", None)):
        assert services.call(method, f"{V3}/{path}", "demo", json=body).status_code == 403, path
    for method in ("PUT", "DELETE", "HEAD"):
        assert services.call(method, grant, "demo").status_code == 403
