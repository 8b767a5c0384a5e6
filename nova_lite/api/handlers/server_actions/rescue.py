"""Rescue and unrescue."""
from nova_lite.api import validation
from nova_lite.api.handlers import server_create
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas
from nova_lite.conf import CONF


def _rescue(request, server, value):
    asked = value or {}
    password = asked.get("adminPass") or server_create.generate_password()
    compute().rescue(request.context, server, password, asked.get("rescue_image_ref"))
    return _answer(password)


def _answer(password):
    return {"adminPass": password} if CONF.api.enable_instance_password else {}


def _unrescue(request, server, value):
    compute().unrescue(request.context, server)
    return ACCEPTED


ACTIONS = {
    "rescue": ServerAction(_rescue, rules.RESCUE, schemas.RESCUE, answers=(validation.Answer(200, schemas.RESCUED),),
                           again=lambda request, key, outcome: _answer(key.unseal(outcome.password))),
    "unrescue": ServerAction(_unrescue, rules.UNRESCUE, schemas.anything("unrescue")),
}
