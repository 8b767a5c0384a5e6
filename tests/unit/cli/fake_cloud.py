"""A cloud that answers from data: identity, compute, image and network on one port of the loopback.

``answers``: (method, path) -> a JSON value, (code, JSON value), or a list of those given one after the
other (the last one stays).  Everything asked is kept in ``requests``.
"""
import dataclasses
import http.server
import json
import threading
import urllib.parse


@dataclasses.dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict
    headers: dict
    body: object


class FakeCloud:
    def __init__(self):
        self.answers, self.requests = {}, []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._discovery()
        self.announce("2.38")
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def compute(self, method, path, *answers):
        self.answers[method, "/compute/v2.1" + path] = list(answers)

    def image(self, method, path, *answers):
        self.answers[method, "/image/v2" + path] = list(answers)

    def network(self, method, path, *answers):
        self.answers[method, "/network/v2.0" + path] = list(answers)

    def asked(self, method, path):
        """The requests of that kind, in order."""
        return [r for r in self.requests if r.method == method and r.path == path]

    def announce(self, microversion):
        """What the compute API says is its newest microversion."""
        self.answers["GET", "/compute/v2.1"] = [{"version": {
            "id": "v2.1", "status": "CURRENT", "version": microversion, "min_version": "2.1",
            "links": [{"rel": "self", "href": self.url + "/compute/v2.1/"}]}}]

    def _discovery(self):
        def endpoint(kind, path):
            return {"type": kind, "name": kind, "id": kind, "endpoints": [
                {"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "id": kind,
                 "url": self.url + path}]}

        self.answers["GET", "/identity/v3"] = [{"version": {
            "id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": self.url + "/identity/v3/"}]}}]
        self.answers["POST", "/identity/v3/auth/tokens"] = [(201, {"token": {
            "methods": ["password"], "issued_at": "2026-01-01T00:00:00.000000Z",
            "expires_at": "2099-01-01T00:00:00.000000Z",
            "user": {"id": "u1", "name": "demo", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": "p1", "name": "demo", "domain": {"id": "default", "name": "Default"}},
            "roles": [{"id": "r1", "name": "member"}],
            "catalog": [endpoint("compute", "/compute/v2.1"), endpoint("image", "/image"),
                        endpoint("network", "/network")]}})]
        self.answers["GET", "/image"] = [(300, {"versions": [
            {"id": "v2.9", "status": "CURRENT", "links": [{"rel": "self", "href": self.url + "/image/v2/"}]}]})]
        self.answers["GET", "/network"] = [{"versions": [
            {"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": self.url + "/network/v2.0/"}]}]}]

    def _handler(fake):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self):
                split = urllib.parse.urlsplit(self.path)
                path = split.path.rstrip("/")
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                try:
                    body = json.loads(raw) if raw else None
                except ValueError:
                    body = raw
                fake.requests.append(Request(self.command, path, urllib.parse.parse_qs(split.query),
                                             {k.lower(): v for k, v in self.headers.items()}, body))
                waiting = fake.answers.get((self.command, path))
                if waiting is None:
                    answer = (404, {"itemNotFound": {"code": 404, "message": f"no answer for {self.command} {path}"}})
                else:
                    answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                code, value = answer if isinstance(answer, tuple) else (200, answer)
                data = b"" if value is None else json.dumps(value).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("X-OpenStack-Request-Id", "req-11111111-2222-3333-4444-555555555555")
                if path.endswith("/auth/tokens"):
                    self.send_header("X-Subject-Token", "a-token")
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _answer

            def log_message(self, *args):
                pass

        return Handler
