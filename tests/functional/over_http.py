"""Requests over a real connection, for tests that speak WebOb (or WSGI): the answer is what came over the wire."""
import http.client
import urllib.parse

HOP_BY_HOP = {"connection", "transfer-encoding"}


class OverHTTP:
    """A WSGI app that passes each request on to the server at ``address``, (host, port), and its answer back.

    The request's own Host goes along, so a test chooses what links begin with.
    """

    def __init__(self, address: tuple[str, int]):
        self.address = address

    def __call__(self, environ, start_response):
        path = urllib.parse.quote((environ["SCRIPT_NAME"] + environ["PATH_INFO"]).encode("latin-1"))
        if environ.get("QUERY_STRING"):
            path += "?" + urllib.parse.quote(environ["QUERY_STRING"].encode("latin-1", "ignore"),
                                             safe="%/:=&?~#+!$,;'@()*[]")
        headers = {key[5:].replace("_", "-").title(): value for key, value in environ.items()
                   if key.startswith("HTTP_")}
        if environ.get("CONTENT_TYPE"):
            headers["Content-Type"] = environ["CONTENT_TYPE"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        try:
            connection.request(environ["REQUEST_METHOD"], path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        start_response(f"{answer.status} {answer.reason}",
                       [(key, value) for key, value in answer.getheaders() if key.lower() not in HOP_BY_HOP])
        return [content]
