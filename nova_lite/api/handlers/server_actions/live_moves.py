"""Live migration and evacuation, which there are not: 501 for whoever may, of a server that there is."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.server_actions.action import ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _refuse(what: str):
    def run(request, server, value):
        raise exceptions.FeatureNotSupported(f"This cloud cannot {what} servers.")
    return run


ACTIONS = {
    "os-migrateLive": ServerAction(_refuse("migrate running"), rules.MIGRATE_LIVE, schemas.anything("os-migrateLive"),
                                   answers=(validation.Answer(501),)),
    "evacuate": ServerAction(_refuse("evacuate"), rules.EVACUATE, schemas.anything("evacuate"),
                             answers=(validation.Answer(501),)),
}
