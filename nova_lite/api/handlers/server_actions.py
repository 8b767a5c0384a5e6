"""``POST /servers/{id}/action``: one table of all actions."""
import dataclasses
import re
from collections.abc import Callable

from nova_lite.api import idempotency, policies, validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.microversions import MIN
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas
from nova_lite.api.wsgi import Response

ACCEPTED = Response(202)
# Control characters but tab and newline: Nova removes them, and terminals are thankful.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")


@dataclasses.dataclass(frozen=True)
class ServerAction:
    """``run(request, server, value)`` does it and gives the answer; outside its microversions there is no such action.

    ``schemas`` are of the whole body, ``answers`` of what it is answered with, in ``validation``'s form.
    """

    run: Callable
    policy: str
    schemas: tuple
    min_version: str = MIN
    max_version: str | None = None
    answers: tuple[validation.Answer, ...] = (validation.Answer(202),)

    def exists_at(self, version) -> bool:
        return version >= self.min_version and not (self.max_version and version > self.max_version)


@idempotency.honoured(lambda request, key, outcome: ACCEPTED)
def dispatch(request):
    """Policy (403), then the server (404), then its state (409, the compute API layer's)."""
    key, value = request.action([name for name, action in ACTIONS.items() if action.exists_at(request.version)])
    action = ACTIONS[key]
    validation.check(validation.pick(action.schemas, request.version), request.parsed_body)
    policies.check(request.context, action.policy)
    return action.run(request, server_of(request), value)


def _start(request, server, value):
    compute().start(request.context, server)
    return ACCEPTED


def _stop(request, server, value):
    compute().stop(request.context, server)
    return ACCEPTED


def _reboot(request, server, value):
    compute().reboot(request.context, server, value["type"].upper())
    return ACCEPTED


def _console_output(request, server, value):
    length = (value or {}).get("length")
    length = None if length is None or int(length) == -1 else int(length)
    output = compute().console_output(request.context, server, length)
    return {"output": _CONTROL.sub("", output)}


def _lock(request, server, value):
    reason = value.get("locked_reason") if request.version >= "2.73" and value else None
    compute().lock(request.context, server, reason)
    return ACCEPTED


def _unlock(request, server, value):
    mine = "owner" if server.project_id == request.context.project_id else "admin"
    if server.locked_by not in (None, mine):
        policies.check(request.context, rules.UNLOCK_OVERRIDE)
    compute().unlock(request.context, server)
    return ACCEPTED


ACTIONS: dict[str, ServerAction] = {
    "os-start": ServerAction(_start, rules.START, schemas.anything("os-start")),
    "os-stop": ServerAction(_stop, rules.STOP, schemas.anything("os-stop")),
    "reboot": ServerAction(_reboot, rules.REBOOT, schemas.REBOOT),
    "os-getConsoleOutput": ServerAction(_console_output, rules.CONSOLE_OUTPUT, schemas.CONSOLE_OUTPUT,
                                        answers=(validation.Answer(200, schemas.OUTPUT),)),
    "lock": ServerAction(_lock, rules.LOCK, schemas.LOCK),
    "unlock": ServerAction(_unlock, rules.UNLOCK, schemas.anything("unlock")),
}
