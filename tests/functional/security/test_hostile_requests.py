"""What no client sends: every answer is a 4xx (or what the request asks for), soon, and none is a 5xx."""
import json
import socket

import pytest

from nova_lite import http_server, service_auth
from nova_lite.conf import CONF
from tests.functional.security.conftest import token

OPTIONS = "[quota]\ninstances = -1\ncores = -1\nram = -1\n"
DEPTHS = (50, 300, 600, 900, 985, 5000, 100_000)
LONE = (b'"\xed\xa0\x80"', b'"\\ud800"', b'"\\udfff\\ud800"')          # halves of surrogate pairs, raw and escaped


@pytest.fixture(scope="module")
def good(cloud):
    return token("member")


def target(where: str) -> tuple[str, int]:
    return ("127.0.0.1", CONF.api.port if where == "compute" else CONF.embedded.port)


def raw(where: str, data: bytes, timeout: float = 60) -> bytes:
    """All that the server says to these bytes."""
    with socket.create_connection(target(where), timeout=timeout) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(1 << 16):
            received += chunk
    return received


def request(where, method, path, auth, body=b"", *headers: bytes, kind=b"application/json") -> bytes:
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: x", b"Connection: close", b"X-Auth-Token: " + auth.encode(),
             b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *headers]
    return raw(where, b"\r\n".join([*lines, b"", body]))


def code(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1."), answer[:200]
    return int(answer.split(b" ", 2)[1])


def not_a_fault_of_ours(answer: bytes) -> None:
    assert 200 <= code(answer) < 500, answer[:600]


def image_of(good) -> str:
    answer = request("embedded", "GET", "/image/v2/images", good)
    return json.loads(answer.split(b"\r\n\r\n", 1)[1])["images"][0]["id"]


def bodies(image: str):
    """(name, bytes) of bodies of a create."""
    def create(**more):
        return {"server": {"name": "vm", "flavorRef": "1", "imageRef": image}, **more}
    for depth in DEPTHS:
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
            nest = opening * depth + b"1" + closing * depth
            yield f"nest {depth} {opening}", nest
            yield f"nest {depth} {opening} in a hint", json.dumps(create(**{"os:scheduler_hints": {
                "query": "NEST"}})).encode().replace(b'"NEST"', nest)
    for text in LONE:
        for key in ("name", "user_data", "adminPass", "key_name", "availability_zone"):
            yield f"lone {text} in {key}", json.dumps({"server": {**create()["server"], key: "LONE"}}).encode().replace(
                b'"LONE"', text)
        yield f"lone {text} in a hint", json.dumps(create(**{"os:scheduler_hints": {"x": "LONE"}})).encode().replace(
            b'"LONE"', text)
    for number in (b"1e400", b"-1e400", b"NaN", b"Infinity", b"9" * 4000, b"9" * 5000, b"1E+9999999", b"-0", b"1.0"):
        yield f"number {number[:20]}", json.dumps(create(**{"os:scheduler_hints": {"x": "N"}})).encode().replace(
            b'"N"', number)
        yield f"count {number[:20]}", json.dumps({"server": {**create()["server"], "max_count": "N"}}).encode().replace(
            b'"N"', number)
    yield "twice", b'{"server": {"name": "a"}, "server": {"name": "b", "name": "c"}}'
    yield "actions twice", b'{"lock": null, "os-stop": null, "lock": null}'
    for encoding in ("utf-16", "utf-32", "utf-8-sig", "latin-1"):
        yield encoding, json.dumps(create(), ensure_ascii=False).replace("vm", "é").encode(encoding)
    yield "utf-16 with half a pair", '{"server": {"name": "\\ud800"}}'.encode("utf-16-le")
    yield "bytes", bytes(range(256))
    yield "large", b'{"server": {"name": "' + b"x" * (200 << 10) + b'"}}'
    yield "larger", b'{"server": {"name": "' + b"x" * (3 << 20) + b'"}}'
    for name in ("\u202etxt", "\u200b", "\ufeff", "a\u0000b", "\U0010ffff", "e\u0301" * 120, "\r\n", "\x7f"):
        yield f"name {name!r}", json.dumps({"server": {**create()["server"], "name": name}}).encode()


def test_bodies_of_the_compute_api(cloud, good):
    plain = json.dumps({"server": {"name": "vm", "flavorRef": "1", "imageRef": image_of(good)}}).encode()
    made = request("compute", "POST", "/v2.1/servers", good, plain)
    assert code(made) == 202, made
    uuid = json.loads(made.split(b"\r\n\r\n", 1)[1])["server"]["id"]
    for name, body in bodies(image_of(good)):
        for method, path in (("POST", "/v2.1/servers"), ("POST", f"/v2.1/servers/{uuid}/action"),
                             ("PUT", f"/v2.1/servers/{uuid}/metadata"), ("POST", "/v2.1/os-keypairs")):
            answer = request("compute", method, path, good, body)
            assert 200 <= code(answer) < 500, (name, path, answer[:600])
        listed = request("compute", "GET", "/v2.1/servers/detail", good)
        assert code(listed) == 200, (name, listed[:600])
        assert b"Infinity" not in listed and b"NaN" not in listed, name


def test_bodies_of_the_embedded_services(cloud, good):
    admin = token("admin")
    for name, body in bodies(image_of(good)):
        for method, path, kind in (
                ("POST", "/identity/v3/auth/tokens", b"application/json"),
                ("POST", "/image/v2/images", b"application/json"),
                ("PATCH", f"/image/v2/images/{image_of(good)}", b"application/openstack-images-v2.1-json-patch"),
                ("POST", "/network/v2.0/networks", b"application/json")):
            answer = request("embedded", method, path, admin, body, kind=kind)
            assert 200 <= code(answer) < 500, (name, path, answer[:600])


@pytest.mark.parametrize("where", ["compute", "embedded"])
@pytest.mark.parametrize("kind", [b"application/json; charset=nonsense", b"application/json; charset=utf-16",
                                  b"application/json; charset=rot13", b"\xff\xfe", b"text/plain", b"",
                                  b"application/json;;;", b"multipart/form-data", b"application/x-www-form-urlencoded"])
def test_kinds_of_content(cloud, good, where, kind):
    paths = {"compute": ["/v2.1/servers"], "embedded": ["/identity/v3/auth/tokens", "/image/v2/images",
                                                       "/network/v2.0/networks"]}
    for path in paths[where]:
        for body in (b'{"server": {}}', b"\xff", b"a=b&c=d", b""):
            not_a_fault_of_ours(request(where, "POST", path, good, body, kind=kind))


@pytest.mark.parametrize("where", ["compute", "embedded"])
@pytest.mark.parametrize("header", [
    b"X-Large: " + b"x" * (300 << 10), b"X-Auth-Token: " + b"x" * 60000,
    b"OpenStack-API-Version: compute " + b"2." * 9000,
    b"OpenStack-API-Version: compute 2.\xb2", b"OpenStack-API-Version: compute latest, compute 2.1",
    b"X-OpenStack-Nova-API-Version: " + "\uff12.\uff11".encode(), b"X-Openstack-Request-Id: " + b"\xff" * 50,
    b"X-Openstack-Request-Id: req-" + b"a" * 9000, b"Accept: " + b"a/b," * 9000, b"Accept: \xff/*;q=x",
    b"Cookie: " + b"a=b;" * 9000, b"Range: bytes=0-18446744073709551616", b"Transfer-Encoding: gzip",
    b"Expect: nonsense", b"X-Forwarded-For: \xff, ::1%x", b"Forwarded: for=\"",
    b"X-Forwarded-Proto: javascript", b"X-Forwarded-Host: evil.example", b"If-Match: revision_number=" + b"9" * 5000,
    b"Content-Encoding: gzip", b"Authorization: Basic \xff\xff", b"Host: \xff\xfe", b"Host: evil.example\t",
    b"X-Service-Token: \xff", b"No-Colon", b" folded: x", b"A" * 5000 + b": x"])
def test_headers(cloud, good, where, header):
    for path in ({"compute": ["/v2.1/servers", "/"], "embedded": ["/image/v2/images", "/network/v2.0/networks",
                                                                  "/identity/v3", "/"]})[where]:
        answer = request(where, "GET", path, good, b"", header)
        assert 200 <= code(answer) < 500 or code(answer) == 501 and b"Transfer-Encoding" in header, answer[:600]
        assert b"evil.example" not in answer or header.startswith(b"Host")


@pytest.mark.parametrize("where", ["compute", "embedded"])
def test_lines_and_paths(cloud, good, where):
    prefix = {"compute": b"/v2.1", "embedded": b"/network/v2.0"}[where]
    for path in (b"/%00", b"/%ff", b"/..%2f..%2fetc/passwd", b"//", b"/" + b"a/" * 5000, b"/servers/%00",
                 b"/servers?%00=%00",
                 b"/networks?name=%ff", b"/networks?" + b"a=b&" * 20000, b"/servers?name=" + b"(a+)+%24" * 10,
                 b"/servers?limit=" + b"9" * 5000, b"/servers/\xff\xfe", b"/servers?name=%ed%a0%80",
                 b"/servers/%ed%a0%80", b"/servers?sort_key=" + b"uuid&sort_key=" * 500 + b"uuid", b"/servers;x=y",
                 b"/servers#x", b"/servers/.", b"/%2e%2e/"):
        for method in (b"GET", b"DELETE", b"QUERY", b"get", b"TRACE", b"OPTIONS", b"CONNECT", b"\xff"):
            answer = raw(where, method + b" " + prefix + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                         b"X-Auth-Token: " + good.encode() + b"\r\n\r\n")
            not_a_fault_of_ours(answer)
    for line in (b"GET\r\n\r\n", b"\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET http:// HTTP/1.1\r\n\r\n",
                 b"\x16\x03\x01\x02\x00",
                 b"GET  HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                 b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx"):
        answer = raw(where, line)
        assert not answer or code(answer) < 500, (line, answer[:300])


def test_who_sends_slowly_is_sent_away_and_keeps_nobody_waiting(cloud, good, monkeypatch):
    monkeypatch.setattr(http_server.Parser, "time_limit", 1.0)
    slow = [socket.create_connection(target(where), timeout=60) for where in ("compute", "embedded") for _ in range(60)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(b"POST /v2.1/servers HTTP/1.1\r\nHost: x\r\n" + (
                b"Content-Length: 100\r\n\r\n{" if number % 2 else b"X-Slow: "))
        assert code(request("compute", "GET", "/v2.1/servers", good)) == 200
        assert code(request("embedded", "GET", "/network/v2.0/networks", good)) == 200
        for connection in slow[::7]:
            connection.settimeout(0.05)
            received = b""
            while not received:
                connection.sendall(b"x")
                try:
                    received = connection.recv(4096)
                except TimeoutError:
                    continue
            assert code(received) == 408
    finally:
        for connection in slow:
            connection.close()


def test_a_pattern_that_backtracks_keeps_nobody_waiting(cloud, good):
    body = {"server": {"name": "a" * 200 + "!", "flavorRef": "1", "imageRef": image_of(good)}}
    assert code(request("compute", "POST", "/v2.1/servers", good, json.dumps(body).encode())) == 202
    for pattern in ("^(a%2B)%2B%24", "^(a|a)*%24", "^(a*)*b%24"):
        for path in (f"/v2.1/servers?name={pattern}", f"/v2.1/servers/detail?name={pattern}"):
            answer = request("compute", "GET", path, good)
            assert code(answer) == 200 and b'{"servers": []}' in answer


def test_nothing_of_it_stopped_the_cloud(cloud, good):
    assert service_auth.embedded_url()
    assert code(request("compute", "GET", "/v2.1/servers", good)) == 200
