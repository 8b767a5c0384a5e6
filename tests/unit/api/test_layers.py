"""What is around the router, with another app inside."""
import io
import json

import pytest

from nova_lite.api import layers
from nova_lite.conf import CONF

GIVEN = "req-11111111-2222-3333-4444-555555555555"


def ask(app, **environ):
    """(status, headers as pairs, body)."""
    told = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": io.BytesIO(b"x" * 100), **environ}
    body = b"".join(app(environ, lambda status, headers, exc_info=None: told.append((status, headers))))
    [(status, headers)] = told
    return status, headers, body


def reading(environ, start_response):
    body = environ["wsgi.input"].read(1000)
    start_response("200 OK", [("Content-Length", "3")])
    return [b"%d" % len(body)]


@pytest.mark.parametrize(("given", "kept"), [(GIVEN, True), ("", False), (GIVEN + "x", False), ("req-1", False)])
def test_an_answer_has_its_requests_id_under_both_names(given, kept):
    seen = {}

    def inside(environ, start_response):
        seen.update(environ)
        return reading(environ, start_response)
    _, headers, _ = ask(layers.RequestId(inside), HTTP_X_OPENSTACK_REQUEST_ID=given)
    own = seen["openstack.request_id"]
    assert own.startswith("req-") and own != given
    assert headers == [("Content-Length", "3"), ("x-openstack-request-id", own), ("x-compute-request-id", own)]
    assert (seen.get("openstack.global_request_id") == given) is kept


@pytest.mark.parametrize("length", [{"CONTENT_LENGTH": "100"}, {}, {"CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "-1"}],
                         ids=str)
def test_a_body_of_the_limit_is_read_and_one_byte_more_is_413(length):
    app = layers.Faults(layers.Sized(reading))
    CONF.set_override("max_request_body_size", 100, "api")
    try:
        assert ask(app, **length)[::2] == ("200 OK", b"100")
        CONF.set_override("max_request_body_size", 99, "api")
        status, headers, body = ask(app, **length)
    finally:
        CONF.clear_override("max_request_body_size", "api")
    assert status.startswith("413 ") and ("Content-Type", "application/json") in headers
    assert json.loads(body)["overLimit"]["message"].startswith("Request is too large. Larger than 99")


def test_what_escapes_is_a_500_that_tells_nothing():
    def broken(_environ, _start_response):
        raise RuntimeError("secret")
    status, _, body = ask(layers.Faults(broken))
    assert status == "500 Internal Server Error" and b"secret" not in body
    assert "computeFault" in json.loads(body)
