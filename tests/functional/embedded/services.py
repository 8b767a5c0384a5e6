"""The embedded services, served on a free port from a fresh state directory."""
import os
import socket
import subprocess
import sys
import threading

import openstack
import requests

from nova_lite import conf, service_auth
from nova_lite.cmd import manage_bootstrap
from nova_lite.conf import CONF
from nova_lite.db import session, tables
from nova_lite.embedded import app, server
from nova_lite.embedded.identity import revocations

PASSWORDS = {"admin": "adminpass", "demo": "demopass"}


class Services:
    """``url`` is the prefix of /identity, /image and /network; ``stop()`` ends the server."""

    def __init__(self, state_path, options: str = "", database: str = ""):
        self.bound = socket.create_server(("127.0.0.1", 0))
        self.port = self.bound.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = state_path / "nova_lite.conf"
        database = database or os.environ.get("NOVA_LITE_TEST_DATABASE", "")
        connection = f"[database]\nconnection = {database}\n" if database else ""
        config.write_text(f"[DEFAULT]\nstate_path = {state_path}\n{connection}"
                          f"[embedded]\nport = {self.port}\n{options}")
        self.config = config
        conf.load(["--config-file", str(config)], prog="test")
        session.dispose()
        revocations.forget()
        self._tokens: dict[str, str] = {}
        service_auth.reset()
        tables.metadata.drop_all(session.get_engine())
        tables.metadata.create_all(session.get_engine())
        manage_bootstrap.bootstrap(*PASSWORDS.values())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=server.serve, args=(app.make_app(), self.bound, self._stop))
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join()
        self.bound.close()
        service_auth.reset()
        session.dispose()
        CONF.reset()

    def sdk(self, user: str = "admin", **more) -> openstack.connection.Connection:
        return openstack.connection.Connection(
            auth_url=f"{self.url}/identity", username=user, password=PASSWORDS.get(user, more.pop("password", "")),
            project_name=user, user_domain_id="default", project_domain_id="default", region_name="RegionOne", **more)

    def cli(self, *args: str, user: str = "admin", check: bool = True, env: dict | None = None):
        """The unmodified openstack client; its standard output, or the whole result with ``check`` False."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.config.parent), "LANG": "C.UTF-8", **(env or {
            "OS_AUTH_URL": f"{self.url}/identity", "OS_USERNAME": user, "OS_PASSWORD": PASSWORDS.get(user, ""),
            "OS_PROJECT_NAME": user, "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
            "OS_IDENTITY_API_VERSION": "3"})}
        command = os.path.join(os.path.dirname(sys.executable), "openstack")
        done = subprocess.run([command, *args], env=environment, capture_output=True, text=True, timeout=120)
        if not check:
            return done
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def token(self, user: str = "admin") -> str:
        answer = requests.post(f"{self.url}/identity/v3/auth/tokens", json={"auth": password_auth(user)}, timeout=30)
        assert answer.status_code == 201, answer.text
        return answer.headers["X-Subject-Token"]

    def call(self, method: str, path: str, user: str | None = "admin", token: str | None = None, **kwargs):
        """The answer to a request with this token, or one of the user's that is kept, or none."""
        headers = kwargs.pop("headers", {})
        if user:
            if token is None and user not in self._tokens:
                self._tokens[user] = self.token(user)
            headers = {"X-Auth-Token": token or self._tokens[user], **headers}
        return requests.request(method, self.url + path, headers=headers, timeout=30, **kwargs)


def password_auth(user: str, password: str | None = None, scope: object = "project") -> dict:
    domain = {"id": "default"}
    auth = {"identity": {"methods": ["password"], "password": {
        "user": {"name": user, "password": password or PASSWORDS[user], "domain": domain}}}}
    if scope == "project":
        auth["scope"] = {"project": {"name": user, "domain": domain}}
    elif scope is not None:
        auth["scope"] = scope
    return auth
