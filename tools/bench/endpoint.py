"""A compute endpoint as one user sees it, whichever Nova answers there: requests with their times."""
import dataclasses
import json
import time

import openstack
import urllib3

TIMEOUT = 60            # seconds for one answer
MICROVERSION = "2.37"   # the first that takes "networks": "none"; its answers are those that Nova's figures are of


class Refused(Exception):
    """An answer that is not 2xx, or none."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """``body`` is the parsed JSON, None without one; ``seconds`` from the request to the answer's last byte."""

    status: int
    body: dict | None
    seconds: float
    size: int


class Endpoint:
    """``url``: up to the version (and the project, where there is one); safe for threads, one connection for each."""

    def __init__(self, url: str, headers: dict[str, str], connections: int = 64):
        self.url = url.rstrip("/")
        self._headers = {"Accept": "application/json", "Content-Type": "application/json",
                         "X-OpenStack-Nova-API-Version": MICROVERSION,
                         "OpenStack-API-Version": f"compute {MICROVERSION}", **headers}
        self._pool = urllib3.PoolManager(maxsize=connections, retries=False, timeout=TIMEOUT)

    @classmethod
    def of_cloud(cls, **cloud) -> "Endpoint":
        """Of a cloud as ``openstack.connect`` knows it: a name in clouds.yaml, or sign-in values."""
        connection = openstack.connect(**cloud)
        return cls(connection.compute.get_endpoint(), connection.session.get_auth_headers())

    def request(self, method: str, path: str, body: dict | None = None) -> Answer:
        """``path`` begins with a slash, below ``url``.  Raises Refused."""
        began = time.perf_counter()
        try:
            answer = self._pool.request(method, self.url + path, headers=self._headers,
                                        body=json.dumps(body) if body is not None else None)
        except urllib3.exceptions.HTTPError as error:
            raise Refused(f"{method} {path}: {error}") from error
        seconds = time.perf_counter() - began
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {answer.data[:200].decode(errors='replace')}")
        return Answer(answer.status, json.loads(answer.data) if answer.data else None, seconds, len(answer.data))
