"""/v2/images/{id}/members: projects with which an image is shared."""
import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.db import session
from nova_lite.embedded.errors import bad_request, conflict, forbidden, not_found
from nova_lite.embedded.image import store, views
from nova_lite.embedded.image.handlers.images import find, find_own
from nova_lite.embedded.service import Request, no_content
from nova_lite.embedded.tables import image_members
from nova_lite.trace import now

STATUSES = ("pending", "accepted", "rejected")


def _visible(request: Request, item: store.Image) -> list:
    with session.reader() as connection:
        rows = connection.execute(sa.select(image_members).where(image_members.c.image_id == item.id)
                                  .order_by(image_members.c.member_id)).all()
    project = request.context.project_id
    return [row for row in rows if request.context.is_admin or project in (item.owner, row.member_id)]


def list_members(request: Request):
    item = find(request)
    if item.visibility != "shared":
        raise forbidden("Only shared images have members.")
    return {"members": [views.member(row) for row in _visible(request, item)], "schema": "/v2/schemas/members"}


def show_member(request: Request):
    for row in _visible(request, find(request)):
        if row.member_id == request.args["member_id"]:
            return views.member(row)
    raise not_found(f"Image member {request.args['member_id']} could not be found")


def create_member(request: Request):
    item = find_own(request, "share")
    if item.visibility != "shared":
        raise forbidden("Only shared images have members.")
    member = request.object().get("member")
    if not isinstance(member, str) or not 0 < len(member) <= 255:
        raise bad_request("Member to be added not specified")
    try:
        _insert(item.id, member)
    except db_exc.DBDuplicateEntry as exc:
        raise conflict(f"Image member {member} already exists for image {item.id}") from exc
    except db_exc.DBReferenceError as exc:
        raise not_found(f"No image found with ID {item.id}") from exc
    request.args["member_id"] = member
    return show_member(request)


@session.transaction
def _insert(connection, image_id: str, member: str) -> None:
    moment = now()
    connection.execute(image_members.insert().values(image_id=image_id, member_id=member, status="pending",
                                                     created_at=moment, updated_at=moment))


def update_member(request: Request):
    show_member(request)
    if not request.context.is_admin and request.args["member_id"] != request.context.project_id:
        raise forbidden("Only the member itself can change its status.")
    status = request.object().get("status")
    if status not in STATUSES:
        raise bad_request(f"status must be one of {', '.join(STATUSES)}")
    _change(request.args["image_id"], request.args["member_id"], status)
    return show_member(request)


@session.transaction
def _change(connection, image_id: str, member: str, status: str | None) -> None:
    where = (image_members.c.image_id == image_id, image_members.c.member_id == member)
    connection.execute(image_members.update().where(*where).values(status=status, updated_at=now())
                       if status else image_members.delete().where(*where))


def delete_member(request: Request):
    find_own(request, "share")
    show_member(request)
    _change(request.args["image_id"], request.args["member_id"], None)
    return no_content()
