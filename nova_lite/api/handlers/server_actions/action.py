"""What an action of ``POST /servers/{id}/action`` is made of."""
import dataclasses
from collections.abc import Callable

from nova_lite.api import validation
from nova_lite.api.microversions import MIN
from nova_lite.api.wsgi import Response

ACCEPTED = Response(202)


@dataclasses.dataclass(frozen=True)
class ServerAction:
    """``run(request, server, value)`` does it and gives the answer; outside its microversions there is no such action.

    ``schemas`` are of the whole body, ``answers`` of what it is answered with, in ``validation``'s form.
    ``again(request, key, outcome)`` answers a repeated request (see idempotency).
    """

    run: Callable
    policy: str
    schemas: tuple
    min_version: str = MIN
    max_version: str | None = None
    answers: tuple[validation.Answer, ...] = (validation.Answer(202),)
    again: Callable = lambda request, key, outcome: ACCEPTED

    def exists_at(self, version) -> bool:
        return version >= self.min_version and not (self.max_version and version > self.max_version)
