"""Server groups.  What becomes of a server that asks for one is the scheduler's matter."""
from oslo_utils import uuidutils

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import server_groups as schemas
from nova_lite.api.views import server_groups as views
from nova_lite.api.wsgi import Response
from nova_lite.db import server_groups as db
from nova_lite.db import session
from nova_lite.models.server_group import ANTI_AFFINITY, ServerGroup


def _owner(request) -> str | None:
    """Whose groups the caller reaches; None: everybody's."""
    return None if request.context.is_admin else request.context.project_id


def _uuid(request) -> str:
    text = request.path_args["id"]
    if not uuidutils.is_uuid_like(text):
        raise exceptions.InstanceGroupNotFound(group_uuid=text)
    return text


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    """``all_projects`` is for administrators; whoever else says it gets their own, as in Nova."""
    everybody = "all_projects" in request.GET and request.context.is_admin
    limit, offset = request.window()
    with session.reader() as connection:
        found = db.list_page(connection, None if everybody else request.context.project_id, limit, offset)
    return {"server_groups": [views.show(request, group) for group in found]}


@validation.answer(200, schemas.SHOWN)
def show(request):
    with session.reader() as connection:
        return {"server_group": views.show(request, db.get(connection, _uuid(request), _owner(request)))}


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.CREATE)
def create(request):
    asked, context = request.parsed_body["server_group"], request.context
    policy = asked["policy"] if request.version >= "2.64" else asked["policies"][0]
    rules = asked.get("rules", {})
    if rules and policy != ANTI_AFFINITY:
        raise exceptions.Invalid("Only anti-affinity policy supports rules.")
    most = rules.get("max_server_per_host")
    group = ServerGroup(uuid="", project_id=context.project_id, user_id=context.user_id, name=asked["name"],
                        policy=policy, max_server_per_host=None if most is None else min(int(most), 0x7FFFFFFF))
    return {"server_group": views.show(request, session.transaction(db.create)(group))}


@validation.answer(204)
def delete(request):
    session.transaction(db.delete)(_uuid(request), _owner(request))
    return Response(204)
