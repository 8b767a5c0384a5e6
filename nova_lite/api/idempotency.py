"""The Idempotency-Key header of a POST: a request that is repeated with it is answered as the first time.

After draft-ietf-httpapi-idempotency-key-header; doc/idempotency.rst tells what it means here.
"""
import functools
import json
import re
from collections.abc import Callable

from nova_lite import exceptions
from nova_lite.api.handlers.backend import compute
from nova_lite.api.wsgi import Request
from nova_lite.models.idempotency import FirstOutcome, IdempotencyKey

HEADER = "Idempotency-Key"
LONGEST = 255
# A String of RFC 8941: printable ASCII in double quotes; quotes and backslashes after a backslash.
STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')


def key_of(request: Request) -> IdempotencyKey | None:
    """The request's key; None: it has none.  Raises Invalid (400)."""
    header = request.headers.get(HEADER)
    if header is None:
        return None
    match = STRING.fullmatch(header.strip(" \t"))
    if match is None or len(match[1]) > LONGEST:
        raise exceptions.Invalid(f'{HEADER} must be a string of 1 to {LONGEST} characters in double quotes, as '
                                 f'{HEADER}: "8e03978e-40d5-43e8-bc93-6894a57f9324"')
    same = [request.method, request.path_info, str(request.version), request.parsed_body]
    context = request.context
    return IdempotencyKey(match[1], (context.project_id or "", context.user_id or ""),
                          json.dumps(same, sort_keys=True).encode())


def honoured(again: Callable):
    """Decorator of a handler: ``again(request, key, outcome)`` answers a repeated request as the first one was."""
    def decorate(handler):
        @functools.wraps(handler)
        def wrapped(request):
            key = key_of(request)
            if key is not None:
                outcome: FirstOutcome | None = compute().first_outcome(key)
                if outcome is not None:
                    return again(request, key, outcome)
                request.context.idempotency_key = key
            return handler(request)
        wrapped.takes_idempotency_key = True
        return wrapped
    return decorate
