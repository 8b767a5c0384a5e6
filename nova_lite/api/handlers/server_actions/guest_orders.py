"""Another password for the guest's administrator; a crash dump."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _change_password(request, server, value):
    compute().change_password(request.context, server, value["adminPass"])
    compute().password_changed(request.context, server)
    return ACCEPTED


def _trigger_crash_dump(request, server, value):
    compute().trigger_crash_dump(request.context, server)
    return ACCEPTED


ACTIONS = {
    "changePassword": ServerAction(_change_password, rules.CHANGE_PASSWORD, schemas.CHANGE_PASSWORD),
    "trigger_crash_dump": ServerAction(_trigger_crash_dump, rules.TRIGGER_CRASH_DUMP, schemas.TRIGGER_CRASH_DUMP,
                                       min_version="2.17"),
}
