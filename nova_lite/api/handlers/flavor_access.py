"""Who may use a private flavor: the list, and the two actions that change it."""
from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.handlers.flavors import visible
from nova_lite.api.policies.flavor_access import ADD, REMOVE
from nova_lite.api.schemas import flavor_access as schemas
from nova_lite.api.views import flavor_access as views
from nova_lite.db import flavors as db
from nova_lite.db import session
from nova_lite.models import Flavor


@validation.answer(200, schemas.LISTED)
def index(request):
    with session.reader() as connection:
        flavor = visible(connection, request)
        if flavor.is_public:
            raise exceptions.NotFound("Access list not available for public flavors.")
        return views.index(flavor.flavorid, db.list_access(connection, flavor))


@validation.answer(200, schemas.LISTED)
def dispatch(request):
    """``POST .../action``: exactly one key, which names the action."""
    name, value = request.action(ACTIONS)
    action, policy, schema = ACTIONS[name]
    policies.check(request.context, policy)
    validation.check(schema, request.parsed_body)

    @session.transaction
    def change(connection):
        flavor = visible(connection, request)
        action(connection, request, flavor, value["tenant"])
        return views.index(flavor.flavorid, db.list_access(connection, flavor))

    return change()


def _add(connection, request, flavor: Flavor, project_id: str) -> None:
    if flavor.is_public and request.version >= "2.7":
        raise exceptions.Conflict("Can not add access to a public flavor.")
    db.add_access(connection, flavor, project_id)


def _remove(connection, _request, flavor: Flavor, project_id: str) -> None:
    db.remove_access(connection, flavor, project_id)


# key of the body -> (what does it, policy, schema of the whole body)
ACTIONS = {"addTenantAccess": (_add, ADD, schemas.ADD), "removeTenantAccess": (_remove, REMOVE, schemas.REMOVE)}
