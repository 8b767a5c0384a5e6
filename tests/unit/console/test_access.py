"""What a browser sends: its token, and the page that it comes from."""
import pytest

from nova_lite.conf import CONF
from nova_lite.console import access


@pytest.mark.parametrize("path, cookie, token", [
    ("/?token=abc", None, "abc"), ("/websockify?token=abc", None, "abc"), ("/?path=%3Ftoken%3Dabc", None, "abc"),
    ("/", "token=abc; other=x", "abc"), ("/?token=abc", "token=old", "abc"), ("/", None, None), ("/", "\x00;=", None),
    ("/?token=", None, None),
])
def test_token(path, cookie, token):
    assert access.token_of(path, {"Cookie": cookie} if cookie else {}) == token


@pytest.mark.parametrize("origin, allowed", [
    (None, True), ("http://cloud.example:6080", True), ("https://cloud.example", True), ("http://evil.example", False),
    ("http://horizon.example", True), ("file://cloud.example", False), ("null", False), ("http://[", False),
])
def test_origin(origin, allowed):
    CONF.set_override("allowed_origins", ["horizon.example"], group="console")
    try:
        headers = {"Host": "cloud.example:6080", **({"Origin": origin} if origin else {})}
        assert access.origin_is_allowed(headers) == allowed
    finally:
        CONF.clear_override("allowed_origins", group="console")
