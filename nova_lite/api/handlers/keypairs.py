"""Key pairs of users: one's own, and from 2.10 on anybody's for an administrator (``user_id``)."""
import string

from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.policies.keypairs import BASE
from nova_lite.api.schemas import keypairs as schemas
from nova_lite.api.views import keypairs as views
from nova_lite.api.wsgi import Response
from nova_lite.compute import keys
from nova_lite.db import keypairs as db
from nova_lite.db import quotas, session
from nova_lite.models.keypair import SSH, Keypair

_SAFE = frozenset(string.ascii_letters + string.digits + "_- ")
_SAFE_V292 = _SAFE | frozenset("@.")


def _owner(request, action: str, asked: str | None) -> str:
    """The user whose key pairs are meant; raises PolicyNotAuthorized (403)."""
    context = request.context
    user_id = asked or context.user_id
    policies.check(context, f"{BASE}:{action}", {"user_id": user_id, "project_id": context.project_id})
    return user_id


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    user_id = _owner(request, "index", request.GET.get("user_id"))
    limit = request.limit() if request.version >= "2.35" else None
    with session.reader() as connection:
        found = db.list_page(connection, user_id, limit=limit, marker=request.GET.get("marker"))
    return views.page(request, found, limit)


@validation.answer(200, schemas.SHOWN)
@validation.query(*schemas.ONE)
def show(request):
    user_id = _owner(request, "show", request.GET.get("user_id"))
    with session.reader() as connection:
        return views.show(request, db.get(connection, user_id, request.path_args["id"]))


@validation.answer(200, schemas.CREATED, max_version="2.1")
@validation.answer(201, schemas.CREATED, min_version="2.2")
@validation.body(*schemas.CREATE)
def create(request):
    """Import a public key, or make a pair (until 2.91)."""
    values = request.parsed_body["keypair"]
    name, kind = values["name"], values.get("type", SSH)
    user_id = _owner(request, "create", values.get("user_id"))
    if not set(name) <= (_SAFE_V292 if request.version >= "2.92" else _SAFE):
        raise exceptions.InvalidKeypair(reason="Keypair name contains unsafe characters")
    with session.reader() as connection:        # before the work of making a key; asked again when it is stored
        _check_quota(connection, request.context.project_id, user_id)
    public, private = values.get("public_key"), None
    if public is None:
        public, private = keys.generate(kind, user_id)
    keypair = Keypair(user_id, name, kind, public, keys.fingerprint(kind, public))

    @session.transaction
    def store(connection):
        _check_quota(connection, request.context.project_id, user_id)
        return db.create(connection, keypair, imported=private is None)

    return Response(201 if request.version >= "2.2" else 200, views.created(request, store(), private))


def _check_quota(connection, project_id: str, user_id: str) -> None:
    limit = quotas.get(connection, project_id, user_id).limits["key_pairs"]
    if limit >= 0 and db.count(connection, user_id) >= limit:
        raise exceptions.KeypairLimitExceeded()


@validation.answer(202, max_version="2.1")
@validation.answer(204, min_version="2.2")
@validation.query(*schemas.ONE)
def delete(request):
    user_id = _owner(request, "delete", request.GET.get("user_id"))
    session.transaction(db.delete)(user_id, request.path_args["id"])
    return Response(204 if request.version >= "2.2" else 202)
