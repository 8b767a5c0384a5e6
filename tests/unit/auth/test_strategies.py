"""Each auth strategy: whom it knows, and what the others are told."""
import json

import bcrypt
import pytest

from nova_lite import exceptions
from nova_lite.api import auth
from nova_lite.api.auth import embedded, http_basic, noauth2, protection
from nova_lite.conf import CONF
from nova_lite.embedded.identity import tokens


def _app(environ, start_response):
    start_response("200 OK", [])
    context = environ.get("nova.context")
    return [context.project_id.encode() if context else b"public"]


def _get(app, path="/v2.1/servers", **headers):
    """(status, body, headers) of a request."""
    answer = {}
    environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "openstack.request_id": "req-1",
               **{f"HTTP_{name.upper()}": value for name, value in headers.items()}}
    body = b"".join(app(environ, lambda status, headers: answer.update(status=status, headers=dict(headers))))
    return answer["status"][:3], body, answer["headers"]


def test_implied_roles():
    assert protection.with_implied(["admin"]) == ["admin", "manager", "member", "reader"]
    assert protection.with_implied(["member", "other"]) == ["member", "other", "reader"]
    assert protection.with_implied([]) == []


def test_public_paths_need_nobody():
    app = auth.AuthMiddleware(_app, "noauth2", {"/", "/v2.1"})
    assert _get(app, "/v2.1")[:2] == ("200", b"public")
    assert _get(app, "/v2.1/servers")[0] == "401"


def test_unknown_strategy():
    with pytest.raises(ValueError, match="auth_strategy"):
        auth.AuthMiddleware(_app, "os")


def test_refusal_is_keystonemiddlewares():
    status, body, headers = _get(auth.middleware(_app, "noauth2"))
    assert status == "401"
    assert json.loads(body)["error"]["code"] == 401
    assert headers["WWW-Authenticate"].startswith('Keystone uri="http://127.0.0.1')


class TestNoauth2:
    @pytest.mark.parametrize("token, user, project, admin", [
        ("admin", "admin", "admin", True), ("notused", "admin", "admin", True), ("joe:p1", "joe", "p1", False),
        ("joe", "joe", "joe", False), ("admin:p1", "admin", "p1", True), ("joe:", "joe", "joe", False),
    ])
    def test_believes_the_token(self, token, user, project, admin):
        context = noauth2.identify({"HTTP_X_AUTH_TOKEN": token})
        assert (context.user_id, context.project_id, context.is_admin) == (user, project, admin)

    def test_project_of_the_path(self):
        context = noauth2.identify({"PATH_INFO": "/v2.1/0123456789abcdef0123456789abcdef/servers"})
        assert (context.project_id, context.is_admin) == ("0123456789abcdef0123456789abcdef", False)

    @pytest.mark.parametrize("environ", [{}, {"HTTP_X_AUTH_TOKEN": ":p"}, {"HTTP_X_AUTH_TOKEN": "x" * 300},
                                         {"PATH_INFO": "/v2.1/servers/detail"}])
    def test_refuses(self, environ):
        assert noauth2.identify(environ) is None

    @pytest.mark.parametrize("address, good", [("127.0.0.1", True), ("::1", True), ("localhost", True),
                                               ("0.0.0.0", False), ("10.0.0.1", False), ("example.org", False)])
    def test_loopback_only(self, address, good):
        CONF.set_override("listen", address, "api")
        try:
            if good:
                assert noauth2.protect(_app)
            else:
                with pytest.raises(exceptions.NovaLiteError, match=r"\[api\] listen"):
                    noauth2.protect(_app)
        finally:
            CONF.clear_override("listen", "api")


class TestHttpBasic:
    @pytest.fixture
    def checker(self, tmp_path):
        path = tmp_path / "htpasswd"
        hashes = {user: bcrypt.hashpw(f"{user}pass".encode(), bcrypt.gensalt(4)).decode() for user in ("admin", "joe")}
        path.write_text("".join(f"{user}:{hashed}\n" for user, hashed in hashes.items()))
        return http_basic.Checker(str(path))

    @staticmethod
    def _environ(text):
        import base64
        return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(text.encode()).decode()}

    def test_members_and_admin(self, checker):
        joe, admin = (checker.identify(self._environ(f"{user}:{user}pass")) for user in ("joe", "admin"))
        assert (joe.project_id, joe.is_admin, joe.roles) == ("joe", False, ["member", "reader"])
        assert admin.is_admin

    @pytest.mark.parametrize("text", ["joe:wrong", "nobody:joepass", "jo:joepass", ":", "joe", "joe:" + "x" * 100])
    def test_refuses(self, checker, text):
        assert checker.identify(self._environ(text)) is None

    @pytest.mark.parametrize("header", ["", "Basic", "Basic !", "Bearer x"])
    def test_nonsense(self, checker, header):
        assert checker.identify({"HTTP_AUTHORIZATION": header}) is None

    def test_checked_password_is_remembered_until_the_file_changes(self, checker, monkeypatch):
        checks = []
        real = bcrypt.checkpw
        monkeypatch.setattr(bcrypt, "checkpw", lambda *args: checks.append(1) or real(*args))
        for _ in range(3):
            assert checker.identify(self._environ("joe:joepass"))
        assert len(checks) == 1
        with open(checker.path, "w") as target:
            target.write("other:x\n")
        checker._version = None
        assert checker.identify(self._environ("joe:joepass")) is None

    def test_missing_file(self, tmp_path):
        CONF.set_override("http_basic_auth_user_file", str(tmp_path / "none"), "api")
        try:
            with pytest.raises(exceptions.NovaLiteError, match="http_basic_auth_user_file"):
                http_basic.protect(_app)
        finally:
            CONF.clear_override("http_basic_auth_user_file", "api")


class TestEmbedded:
    @pytest.fixture(autouse=True)
    def _signed(self, monkeypatch):
        monkeypatch.setattr(tokens, "signing_key", lambda: b"k" * 32)
        monkeypatch.setattr(tokens.revocations, "_current", dict)

    def test_context(self):
        value, _ = tokens.issue(tokens.Token("u", "joe", ("password",), "p", "proj", ("manager",)))
        context = embedded.identify({"HTTP_X_AUTH_TOKEN": value, "openstack.request_id": "req-1",
                                     "openstack.global_request_id": "req-2"})
        assert (context.user_id, context.project_id, context.project_name) == ("u", "p", "proj")
        assert context.roles == ["manager", "member", "reader"]
        assert (context.request_id, context.global_request_id, context.auth_token) == ("req-1", "req-2", value)

    def test_unscoped_is_nobody(self):
        value, _ = tokens.issue(tokens.Token("u", "joe", ("password",)))
        assert embedded.identify({"HTTP_X_AUTH_TOKEN": value}) is None

    def test_accepted_beside_another_strategy(self):
        value, _ = tokens.issue(tokens.Token("u", "joe", ("password",), "p", "proj", ("member",)))
        app = auth.AuthMiddleware(_app, "noauth2", accept_embedded=True)
        assert _get(app, x_auth_token=value)[:2] == ("200", b"p")
        assert _get(app, x_auth_token="joe:q")[:2] == ("200", b"q")

    def test_database_away_is_503(self, monkeypatch):
        def away():
            raise exceptions.ServiceUnavailable("The database cannot be reached.")
        monkeypatch.setattr(tokens.revocations, "_current", away)
        value, _ = tokens.issue(tokens.Token("u", "joe", ("password",), "p", "proj", ("member",)))
        assert _get(auth.middleware(_app, "embedded"), x_auth_token=value)[0] == "503"


def test_keystone_headers():
    from nova_lite.api.auth import keystone
    app = keystone.HeaderContext(lambda environ, _start: [environ["nova.context"]])
    context, = app({"HTTP_X_USER_ID": "u", "HTTP_X_PROJECT_ID": "p", "HTTP_X_ROLES": "admin, other"}, None)
    assert (context.user_id, context.project_id, context.is_admin) == ("u", "p", True)
    assert "member" in context.roles


def test_keystone_not_installed(monkeypatch):
    import sys
    monkeypatch.setitem(sys.modules, "keystonemiddleware", None)
    with pytest.raises(exceptions.NovaLiteError, match=r"nova-lite\[keystone\]"):
        auth.middleware(_app, "keystone")
