"""A compute endpoint as one user sees it, whichever Nova answers there: requests with their times."""
import collections
import dataclasses
import json
import time

import openstack
import pycurl

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
    """``url``: up to the version (and the project, where there is one); safe for threads, a connection for each that
    asks at the same time.

    It asks by libcurl: a client that is Python takes a third of the time that a server has for an answer, on cores that
    both share.
    """

    def __init__(self, url: str, headers: dict[str, str]):
        self.url = url.rstrip("/")
        headers = {"Accept": "application/json", "Content-Type": "application/json",
                   "X-OpenStack-Nova-API-Version": MICROVERSION,
                   "OpenStack-API-Version": f"compute {MICROVERSION}", "Expect": "", **headers}
        self._headers = [f"{name}: {value}" for name, value in headers.items()]
        self._idle: collections.deque[pycurl.Curl] = collections.deque()

    @classmethod
    def of_cloud(cls, **cloud) -> "Endpoint":
        """Of a cloud as ``openstack.connect`` knows it: a name in clouds.yaml, or sign-in values."""
        connection = openstack.connect(**cloud)
        return cls(connection.compute.get_endpoint(), connection.session.get_auth_headers())

    def request(self, method: str, path: str, body: dict | None = None) -> Answer:
        """``path`` begins with a slash, below ``url``.  Raises Refused."""
        try:
            curl = self._idle.pop()
        except IndexError:
            curl = self._new()
        curl.setopt(pycurl.URL, self.url + path)
        if body is None:
            curl.setopt(pycurl.HTTPGET, 1)
        else:
            curl.setopt(pycurl.POSTFIELDS, json.dumps(body))
        curl.setopt(pycurl.CUSTOMREQUEST, method)
        began = time.perf_counter()
        try:
            answer = curl.perform_rb()
        except pycurl.error as error:
            raise Refused(f"{method} {path}: {error}") from error
        seconds = time.perf_counter() - began
        status = curl.getinfo(pycurl.RESPONSE_CODE)
        self._idle.append(curl)
        if status >= 300:
            raise Refused(f"{method} {path}: {status} {answer[:200].decode(errors='replace')}")
        return Answer(status, json.loads(answer) if answer else None, seconds, len(answer))

    def _new(self) -> pycurl.Curl:
        curl = pycurl.Curl()
        for option, value in ((pycurl.HTTPHEADER, self._headers), (pycurl.TIMEOUT, TIMEOUT), (pycurl.NOSIGNAL, 1),
                              (pycurl.TCP_NODELAY, 1)):
            curl.setopt(option, value)
        return curl
