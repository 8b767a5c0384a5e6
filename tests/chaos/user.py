"""A user of a deployment over plain HTTP, made for thousands of requests while services die under them."""
import contextlib
import random
import threading

import requests

TIMEOUT = 10            # seconds for an answer; an attachment whose host dies may take longer: that is Unanswered


class Refused(Exception):
    """An answer that is not 2xx: its HTTP ``code``, and whether it says when to come again (``retry_after``)."""

    def __init__(self, code: int, text: str, retry_after: bool):
        super().__init__(f"{code} {text[:200]}")
        self.code, self.retry_after = code, retry_after


class Unanswered(Exception):
    """The connection broke: the request was accepted or not, nobody can say."""


class User:
    """Signed in as ``demo``; safe for threads.  Each request goes to one of ``apis``, their URLs."""

    def __init__(self, deployment):
        self.arm = deployment.arm           # see Deployment.arm
        credentials = deployment.credentials()
        self._identity = credentials["auth_url"]
        self._body = {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": credentials["username"], "domain": {"id": "default"}, "password": credentials["password"]}}},
            "scope": {"project": {"name": credentials["project_name"], "domain": {"id": "default"}}}}}
        self.apis = [f"http://127.0.0.1:{deployment.api_port}/v2.1"]
        self._threads = threading.local()
        self._sign_in()
        admin = deployment.connect("admin")
        self.image = admin.image.find_image("lite-guest").id
        self.network = admin.network.find_network("private").id
        self.flavors = {flavor.name: flavor.id for flavor in admin.compute.flavors()}

    def _sign_in(self):
        answer = requests.post(f"{self._identity}/auth/tokens", json=self._body, timeout=TIMEOUT)
        answer.raise_for_status()
        self._token = answer.headers["X-Subject-Token"]

    @contextlib.contextmanager
    def also(self, api: str):
        """In the block a part of the requests goes to this API too."""
        self.apis = [*self.apis, api]
        try:
            yield
        finally:
            self.apis = [other for other in self.apis if other != api]

    def request(self, method: str, path: str, body: dict | None = None, **headers: str) -> requests.Response:
        """A 2xx answer.  Raises Refused, Unanswered."""
        if not hasattr(self._threads, "session"):
            self._threads.session = requests.Session()
        try:
            answer = self._threads.session.request(
                method, random.choice(self.apis) + path, json=body, timeout=TIMEOUT, headers={
                    "X-Auth-Token": self._token, "X-OpenStack-Nova-API-Version": "2.37", **headers})
        except requests.RequestException as exc:
            raise Unanswered(str(exc)) from exc
        if answer.status_code >= 300:
            raise Refused(answer.status_code, answer.text, "Retry-After" in answer.headers)
        return answer

    def create(self, name: str, *, flavor: str = "m1.nano", key: str | None = None) -> tuple[str, str]:
        """(uuid, request id) of an accepted create; ``key`` is its Idempotency-Key."""
        answer = self.request("POST", "/servers", {"server": {
            "name": name, "imageRef": self.image, "flavorRef": self.flavors[flavor],
            "networks": [{"uuid": self.network}]}}, **({"Idempotency-Key": f'"{key}"'} if key else {}))
        return answer.json()["server"]["id"], answer.headers["X-Openstack-Request-Id"]

    def act(self, uuid: str, action: str, argument: dict | None = None) -> str:
        """The request id of an accepted action (``os-stop``, ``os-start``, ``reboot``)."""
        return self.request("POST", f"/servers/{uuid}/action",
                            {action: argument}).headers["X-Openstack-Request-Id"]

    def attach(self, uuid: str) -> str:
        """One more interface in the network; the request's id.  Waits until the guest has it."""
        return self.request("POST", f"/servers/{uuid}/os-interface", {"interfaceAttachment": {
            "net_id": self.network}}).headers["X-Openstack-Request-Id"]

    def detach(self, uuid: str) -> str:
        """The first interface, away; the request's id."""
        [first, *_] = self.request("GET", f"/servers/{uuid}/os-interface").json()["interfaceAttachments"]
        return self.request("DELETE", f"/servers/{uuid}/os-interface/{first['port_id']}").headers[
            "X-Openstack-Request-Id"]

    def delete(self, uuid: str) -> None:
        """At once: this cloud keeps what is only deleted."""
        self.act(uuid, "forceDelete")

    def soft_delete(self, uuid: str) -> str:
        """The request id."""
        return self.request("DELETE", f"/servers/{uuid}").headers["X-Openstack-Request-Id"]

    def show(self, uuid: str) -> dict | None:
        """The server, or None when it is gone."""
        try:
            return self.request("GET", f"/servers/{uuid}").json()["server"]
        except Refused as refused:
            if refused.code == 404:
                return None
            raise

    def servers(self, **query) -> list[dict]:
        """All servers of the project, page by page."""
        found, marker = [], ""
        parameters = "".join(f"&{key}={value}" for key, value in query.items())
        while True:
            page = self.request("GET", f"/servers/detail?limit=500{parameters}{marker}").json()["servers"]
            found += page
            if len(page) < 500:
                return found
            marker = f"&marker={page[-1]['id']}"
