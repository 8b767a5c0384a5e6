"""The one place where an error becomes an HTTP answer, in Nova's shape."""
import json
import logging

import webob
import webob.exc

from nova_lite import exceptions

LOG = logging.getLogger(__name__)
NAMES = {400: "badRequest", 401: "unauthorized", 403: "forbidden", 404: "itemNotFound", 405: "badMethod",
         409: "conflictingRequest", 413: "overLimit", 415: "badMediaType", 422: "unprocessableEntity", 429: "overLimit",
         501: "notImplemented", 503: "serviceUnavailable"}
UNEXPECTED = ("Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach the Nova API "
              "log if possible.\n%s")


def body(code: int, message: str) -> bytes:
    return json.dumps({NAMES.get(code, "computeFault"): {"code": code, "message": message}}).encode()


def response(error: Exception) -> webob.Response:
    """The answer to ``error``.  What is not ours is a 500 with a fixed text that leaks nothing."""
    headers = {}
    if isinstance(error, exceptions.NovaLiteError):
        code, message = error.code, str(error)
        if code >= 500 and code not in (501, 503):
            LOG.exception("request failed", exc_info=error)
            code, message = 500, UNEXPECTED % type(error)
        elif code == 503:
            headers["Retry-After"] = "5"
    elif isinstance(error, webob.exc.HTTPException):
        code, message = error.code, error.explanation or str(error)
    else:
        LOG.exception("unexpected error", exc_info=error)
        code, message = 500, UNEXPECTED % type(error)
    answer = webob.Response(status=code, body=body(code, message), content_type="application/json", charset="UTF-8")
    answer.headers.update(headers)
    return answer
