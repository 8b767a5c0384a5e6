"""Shelve, shelveOffload, unshelve."""
from nova_lite import exceptions
from nova_lite.api import policies
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas
from nova_lite.compute.api.shelve import KEEP


def _shelve(request, server, value):
    compute().shelve(request.context, server)
    return ACCEPTED


def _shelve_offload(request, server, value):
    compute().shelve_offload(request.context, server)
    return ACCEPTED


def _unshelve(request, server, value):
    """Below 2.77 the value may be anything and says nothing; a host can be asked for from 2.91 on."""
    asked = (value or {}) if request.version >= "2.77" else {}
    if "host" in asked:
        policies.check(request.context, rules.UNSHELVE_TO_HOST)
    try:
        compute().unshelve(request.context, server, asked.get("availability_zone", KEEP), asked.get("host"))
    except exceptions.ComputeHostNotFound as error:
        raise exceptions.Invalid(str(error)) from error      # a thing the body names, not the URL
    return ACCEPTED


ACTIONS = {
    "shelve": ServerAction(_shelve, rules.SHELVE, schemas.anything("shelve")),
    "shelveOffload": ServerAction(_shelve_offload, rules.SHELVE_OFFLOAD, schemas.anything("shelveOffload")),
    "unshelve": ServerAction(_unshelve, rules.UNSHELVE, schemas.UNSHELVE),
}
