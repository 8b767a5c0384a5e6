"""Resize, its confirmation and reversal, and cold migrate."""
from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas
from nova_lite.api.wsgi import Response


def _resize(request, server, value):
    try:
        flavor = compute().flavor(request.context, str(value["flavorRef"]).rstrip("/").rsplit("/", 1)[-1])
    except exceptions.FlavorNotFound as error:
        raise exceptions.Invalid(str(error)) from None
    disk_config = value.get("OS-DCF:diskConfig")
    compute().resize(request.context, server, flavor, disk_config and disk_config == "AUTO")
    return ACCEPTED


def _confirm(request, server, value):
    compute().confirm_resize(request.context, server)
    return Response(204)


def _revert(request, server, value):
    compute().revert_resize(request.context, server)
    return ACCEPTED


def _migrate(request, server, value):
    host = (value or {}).get("host") if request.version >= "2.56" else None
    if host is not None:
        policies.check(request.context, rules.MIGRATE_HOST)
    try:
        compute().migrate(request.context, server, host)
    except exceptions.ComputeHostNotFound as error:
        raise exceptions.Invalid(str(error)) from None
    return ACCEPTED


ACTIONS = {
    "resize": ServerAction(_resize, rules.RESIZE, schemas.RESIZE),
    "confirmResize": ServerAction(_confirm, rules.CONFIRM_RESIZE, schemas.anything("confirmResize"),
                                  answers=(validation.Answer(204),), again=lambda *_: Response(204)),
    "revertResize": ServerAction(_revert, rules.REVERT_RESIZE, schemas.anything("revertResize")),
    "migrate": ServerAction(_migrate, rules.MIGRATE, schemas.MIGRATE),
}
