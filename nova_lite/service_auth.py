"""How nova-lite's services sign in to identity, and where the image, network and identity APIs are.

Called by the image and network clients.  One keystoneauth1 session a process, made when it is first
used; a forked child makes its own.  It holds no state but the session, and knows nothing of the
embedded services but their address: with Keystone, Glance and Neutron it works the same.
"""
import ipaddress
import json as json_module
import os
import threading

import requests
import urllib3
from keystoneauth1 import adapter as ks_adapter
from keystoneauth1 import exceptions as ks_exc
from keystoneauth1 import session as ks_session
from keystoneauth1.identity import v3

from nova_lite import exceptions
from nova_lite.conf import CONF

CONNECT_RETRIES = 2
POOL_SIZE = 32          # as many connections as threads of one process may want at once
_lock = threading.Lock()
_session: ks_session.Session | None = None
_session_pid: int | None = None
_pool: urllib3.PoolManager | None = None        # of the same process


def embedded_url(path: str = "") -> str:
    """Where this machine reaches the embedded services; ``path`` is for example ``/image``.

    A wildcard address is one to listen on, not one to connect to, so it becomes loopback.
    """
    return url_of(CONF.embedded.listen, CONF.embedded.port) + path


def url_of(address: str, port: int) -> str:
    """``http://address:port`` with brackets and wildcards put right."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return f"http://{address}:{port}"
    if parsed.is_unspecified:
        parsed = ipaddress.ip_address("127.0.0.1" if parsed.version == 4 else "::1")
    return f"http://[{parsed}]:{port}" if parsed.version == 6 else f"http://{parsed}:{port}"


def _password() -> str:
    if CONF.service_user.password:
        return CONF.service_user.password
    path = CONF.service_user.password_file
    try:
        with open(path, encoding="utf-8") as source:
            return source.read().strip()
    except OSError as exc:
        raise exceptions.ServiceUnavailable(
            f"[service_user] password_file {path} cannot be read ({exc.strerror}); "
            "'nova-lite-manage bootstrap' makes it") from exc


def _make_session() -> ks_session.Session:
    options = CONF.service_user
    auth = v3.Password(auth_url=options.auth_url or embedded_url("/identity/v3"), username=options.username,
                       password=_password(), project_name=options.project_name,
                       user_domain_id=options.user_domain_id, project_domain_id=options.project_domain_id)
    return ks_session.Session(auth=auth, session=_pooled(), timeout=max(CONF.glance.timeout, CONF.network.timeout))


def _pooled() -> requests.Session:
    pool = requests.Session()
    pool.trust_env = False          # a proxy of the environment would see the service's password
    for scheme in ("http://", "https://"):
        pool.mount(scheme, requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=POOL_SIZE))
    return pool


def session() -> ks_session.Session:
    """The process's session.  Raises ServiceUnavailable when the password cannot be read."""
    global _session, _session_pid, _pool
    with _lock:
        if _session is None or _session_pid != os.getpid():
            _session, _session_pid = _make_session(), os.getpid()
            _pool = urllib3.PoolManager(num_pools=4, maxsize=POOL_SIZE, retries=False)
        return _session


def reset() -> None:
    """Forget the session: the next use reads the options and the password anew."""
    global _session
    with _lock:
        _session = None


# A lock that another thread held at the fork would stay held in the child for ever.
os.register_at_fork(after_in_child=lambda: globals().update(_lock=threading.Lock()))


class Answer:
    """One that was read whole; its attributes are those of requests' Response."""

    def __init__(self, response: urllib3.BaseHTTPResponse):
        self.status_code, self.reason, self.headers = response.status, response.reason, response.headers
        self.content = response.data

    @property
    def ok(self) -> bool:
        return self.status_code < 400

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self):
        """Raises ValueError."""
        return json_module.loads(self.content)


class ServiceAdapter:
    """Requests to one service with the service user's token, or with a user's own.

    ``endpoint`` is the service's root URL without a version, ``timeout`` in seconds.
    """

    def __init__(self, name: str, endpoint: str, timeout: int):
        self.name = name
        self.endpoint = endpoint.rstrip("/")
        self.timeout = timeout

    def request(self, method: str, path: str, *, token: str | None = None, request_id: str | None = None,
                headers: dict | None = None, json=None, **kwargs) -> requests.Response | Answer:
        """The answer, whatever its code.  Raises ServiceUnavailable when there is none, or when the
        service user may not sign in (then the text names the options)."""
        headers = dict(headers or {})
        if request_id:
            headers["X-Openstack-Request-Id"] = request_id
        if token is not None:
            headers["X-Auth-Token"] = token
        try:
            if not kwargs and self.endpoint.startswith("http://"):
                answer = self._plainly(method, path, token is None, headers, json)
                if answer is not None:
                    return answer
            if json is not None:
                kwargs["json"] = json
            return ks_adapter.Adapter(session()).request(
                self.endpoint + path, method, authenticated=token is None, headers=headers, raise_exc=False,
                connect_retries=CONNECT_RETRIES if method == "GET" else 0, timeout=self.timeout, **kwargs)
        except ks_exc.Unauthorized as exc:
            reset()
            raise exceptions.ServiceUnavailable(
                f"Identity refuses user {CONF.service_user.username}: check [service_user] username, password "
                "and password_file") from exc
        except ks_exc.ClientException as exc:
            raise exceptions.ServiceUnavailable(
                f"The {self.name} service at {self.endpoint} cannot be reached: {exc}") from exc

    def _plainly(self, method: str, path: str, authenticated: bool, headers: dict, json) -> Answer | None:
        """Without keystoneauth and requests, which take 0.8 ms of CPU for a small request, and urllib3 alone 0.3.

        The token is keystoneauth's, and so is all that is not plain: None when it should ask again, for the service
        user's token is refused, there is a redirect, or the connection broke and to ask again does no harm.
        """
        current = session()
        sent = {"Accept": "application/json", "User-Agent": "nova-lite", **headers}
        if authenticated:
            sent["X-Auth-Token"] = current.get_token()
        body = None
        if json is not None:
            sent.setdefault("Content-Type", "application/json")
            body = json_module.dumps(json)
        try:
            answer = _pool.urlopen(method, self.endpoint + path, body=body, headers=sent, timeout=self.timeout,
                                   redirect=False)
        except urllib3.exceptions.HTTPError as exc:
            if method == "GET" and not isinstance(exc, urllib3.exceptions.TimeoutError):
                return None
            raise ks_exc.ConnectFailure(f"{method} {self.endpoint}{path}: {exc}") from exc
        if 300 <= answer.status < 400 or (authenticated and answer.status == 401):
            return None
        return Answer(answer)
