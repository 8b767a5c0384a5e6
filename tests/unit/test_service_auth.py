"""Small requests to the image and network services: plain where that is enough, keystoneauth's where it is not."""
import types

import pytest
import urllib3
from keystoneauth1 import adapter as ks_adapter

from nova_lite import exceptions, service_auth


class Service:
    """``answers`` plain requests with codes, or raises; ``plain`` and ``asked`` are those that came, and those that
    came through keystoneauth."""

    def __init__(self):
        self.answers, self.plain, self.asked = [200], [], []

    def get_token(self):
        return "service"

    def urlopen(self, method, url, *, body, headers, **_kwargs):
        self.plain.append((method, url, headers["X-Auth-Token"], body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return types.SimpleNamespace(status=answer, reason="", headers={}, data=b'{"a": 1}')

    def request(self, url, method, **kwargs):
        self.asked.append((method, url, kwargs["authenticated"], kwargs.get("json")))
        return types.SimpleNamespace(status_code=200)


@pytest.fixture
def service(monkeypatch):
    found = Service()
    monkeypatch.setattr(service_auth, "session", lambda: found)
    monkeypatch.setattr(service_auth, "_pool", found)
    monkeypatch.setattr(ks_adapter, "Adapter", lambda session: session)
    return found


def adapter(endpoint="http://h"):
    return service_auth.ServiceAdapter("image", endpoint, 5)


def test_a_small_request_is_plain(service):
    answer = adapter().request("POST", "/v2/images", json={"name": "n"})
    assert (answer.status_code, answer.ok, answer.json(), answer.text) == (200, True, {"a": 1}, '{"a": 1}')
    assert service.plain == [("POST", "http://h/v2/images", "service", '{"name": "n"}')]
    assert service.asked == []


def test_a_users_token_is_sent_as_it_is_and_its_401_is_an_answer(service):
    service.answers = [401]
    assert adapter().request("GET", "/x", token="mine").status_code == 401
    assert service.plain == [("GET", "http://h/x", "mine", None)]
    assert service.asked == []


@pytest.mark.parametrize("answer", [401, 302, urllib3.exceptions.ProtocolError("aborted")], ids=str)
def test_keystoneauth_asks_again(service, answer):
    service.answers = [answer]
    assert adapter().request("GET", "/x", json={}).status_code == 200
    assert service.asked == [("GET", "http://h/x", True, {})]


@pytest.mark.parametrize(("method", "error"), [
    ("POST", urllib3.exceptions.ProtocolError("aborted")),
    ("GET", urllib3.exceptions.ReadTimeoutError(None, "/x", "too slow"))], ids=["it may have been done", "slow"])
def test_what_must_not_or_need_not_be_asked_again(service, method, error):
    service.answers = [error]
    with pytest.raises(exceptions.ServiceUnavailable, match="image service at http://h cannot be reached"):
        adapter().request(method, "/x")
    assert service.asked == []


@pytest.mark.parametrize(("endpoint", "more"), [("https://h", {}), ("http://h", {"stream": True})])
def test_tls_and_streams_are_keystoneauths(service, endpoint, more):
    adapter(endpoint).request("GET", "/x", **more)
    assert service.plain == []
    assert len(service.asked) == 1
