"""The embedded services of a cloud, as its users and tests reach them."""
import os
import subprocess
import sys

import openstack
import requests

from nova_lite import service_auth
from tests.functional.clouds import PASSWORDS


class Services:
    """``url`` is the prefix of /identity, /image and /network."""

    def __init__(self, cloud):
        self.directory, self.url = cloud.directory, service_auth.embedded_url()
        self.port = int(self.url.rpartition(":")[2])
        self._tokens: dict[str, str] = {}

    def clear(self) -> None:
        """Delete the image and the network that a new cloud has."""
        for service, path, noun in (("image", "/image/v2/images", "images"),
                                    ("network", "/network/v2.0/networks", "networks")):
            api = service_auth.ServiceAdapter(service, self.url, 60)
            for thing in api.request("GET", path).json()[noun]:
                assert api.request("DELETE", f"{path}/{thing['id']}").status_code == 204

    def sdk(self, user: str = "admin", **more) -> openstack.connection.Connection:
        return openstack.connection.Connection(
            auth_url=f"{self.url}/identity", username=user, password=PASSWORDS.get(user, more.pop("password", "")),
            project_name=user, user_domain_id="default", project_domain_id="default", region_name="RegionOne", **more)

    def cli(self, *args: str, user: str = "admin", check: bool = True, env: dict | None = None):
        """The unmodified openstack client; its standard output, or the whole result with ``check`` False."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "LANG": "C.UTF-8", **(env or {
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
