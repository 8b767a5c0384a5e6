"""nova-lite-manage user and app-credential: what an operator types."""
import argparse
import io

import pytest

from nova_lite import exceptions
from nova_lite.cmd import manage_bootstrap, manage_user
from nova_lite.embedded.identity import tokens, users
from tests.functional.embedded.services import password_auth


def _manage(*args) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for area in (manage_bootstrap, manage_user):
        area.register(subparsers)
    parsed = parser.parse_args(args)
    return parsed.handler(parsed)


def _signs_in(services, user, password, project=None):
    scope = {"project": {"name": project or user, "domain": {"id": "default"}}}
    return services.call("POST", "/identity/v3/auth/tokens", None,
                         json={"auth": password_auth(user, password, scope)}).status_code == 201


def test_life_of_a_user(services, capsys):
    assert _manage("user", "create", "eve", "--password", "evepass", "--project", "lab") == 0
    assert _signs_in(services, "eve", "evepass", "lab")
    _manage("user", "grant", "eve", "--project", "demo", "--role", "reader")
    assert _signs_in(services, "eve", "evepass", "demo")
    capsys.readouterr()
    _manage("user", "list")
    assert "eve  lab: member, demo: reader" in capsys.readouterr().out
    value, _ = tokens.issue(tokens.Token(users.load().find("users", name="eve").id, "eve", ("password",)))
    _manage("user", "revoke", "eve", "--project", "demo", "--role", "reader")
    assert tokens.verify(value) is None
    assert not _signs_in(services, "eve", "evepass", "demo")
    _manage("user", "set-password", "eve", "--password", "other")
    assert not _signs_in(services, "eve", "evepass", "lab")
    assert _signs_in(services, "eve", "other", "lab")
    _manage("user", "delete", "eve")
    assert not _signs_in(services, "eve", "other", "lab")


def test_password_of_standard_input(services, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("frompipe\n"))
    _manage("user", "create", "pat")
    assert _signs_in(services, "pat", "frompipe")


@pytest.mark.parametrize("args, error", [
    (("create", "demo", "--password", "x"), exceptions.Conflict),
    (("create", " x", "--password", "x"), exceptions.Invalid),
    (("create", "x", "--password", ""), exceptions.Invalid), (("delete", "nobody"), exceptions.NotFound),
    (("set-password", "nobody", "--password", "x"), exceptions.NotFound),
    (("grant", "demo", "--project", "nowhere", "--role", "member"), exceptions.NotFound),
])
def test_mistakes(services, args, error):
    before = users.load()
    with pytest.raises(error):
        _manage("user", *args)
    assert users.load() == before


def test_app_credentials(services, capsys):
    user_id = users.load().find("users", name="demo").id
    path = f"/identity/v3/users/{user_id}/application_credentials"
    made = services.call("POST", path, "demo", json={"application_credential": {"name": "ci"}}).json()
    _manage("app-credential", "list")
    assert "ci  demo  member  never expires" in capsys.readouterr().out
    _manage("app-credential", "delete", made["application_credential"]["id"])
    assert users.load().application_credentials == ()
    with pytest.raises(exceptions.NotFound):
        _manage("app-credential", "delete", "x")


def test_a_file_that_is_no_directory_is_named(services):
    path = services.directory / "users.yaml"
    path.write_text("users: [{nonsense: 1}]")
    with pytest.raises(exceptions.ServiceUnavailable, match="users.yaml cannot be used"):
        users.load()
    assert services.call("POST", "/identity/v3/auth/tokens", None,
                         json={"auth": password_auth("demo")}).status_code == 503
