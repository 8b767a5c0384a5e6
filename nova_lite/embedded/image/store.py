"""The images' rows: read, listed, changed.  Who may see what is decided here, in the queries."""
import dataclasses
import datetime
import functools

import sqlalchemy as sa

from nova_lite.db import session
from nova_lite.embedded import paging
from nova_lite.embedded.errors import bad_request
from nova_lite.embedded.tables import image_members, image_tags, images
from nova_lite.trace import now

_OPERATORS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<", "eq": "=", "neq": "<>"}


@dataclasses.dataclass(frozen=True)
class Viewer:
    project_id: str
    is_admin: bool


@dataclasses.dataclass(frozen=True)
class Image:
    """One image: ``row`` by column name, and its tags, sorted."""

    row: dict
    tags: tuple[str, ...]

    def __getattr__(self, name):
        try:
            return self.row[name]
        except KeyError as exc:
            raise AttributeError(name) from exc


@dataclasses.dataclass(frozen=True)
class Query:
    """A list's filters.  ``equal``: column -> accepted values; ``times``: (column, operator, time)."""

    equal: dict = dataclasses.field(default_factory=dict)
    properties: dict = dataclasses.field(default_factory=dict)
    tags: tuple[str, ...] = ()
    times: tuple[tuple[str, str, datetime.datetime], ...] = ()
    size_min: int | None = None
    size_max: int | None = None
    visibility: str | None = None
    member_status: str = "accepted"


def _member_of(viewer: Viewer, status: str):
    member = sa.select(image_members.c.image_id).where(image_members.c.member_id == viewer.project_id)
    return member if status == "all" else member.where(image_members.c.status == status)


def _listed(viewer: Viewer, query: Query):
    """Which images a list shows: a community image of others only when asked for."""
    c = images.c
    shared = sa.and_(c.visibility == "shared", c.id.in_(_member_of(viewer, query.member_status)))
    if query.visibility in (None, "all"):
        if viewer.is_admin:
            return sa.true()
        seen = [c.visibility == "public", c.owner == viewer.project_id, shared]
        return sa.or_(*seen, *([c.visibility == "community"] if query.visibility == "all" else []))
    asked = c.visibility == query.visibility
    if viewer.is_admin or query.visibility in ("public", "community"):
        return asked
    return sa.and_(asked, sa.or_(c.owner == viewer.project_id, shared))


def _seen(viewer: Viewer):
    """Which images are there at all for the viewer, when named by id."""
    if viewer.is_admin:
        return sa.true()
    c = images.c
    return sa.or_(c.visibility.in_(("public", "community")), c.owner == viewer.project_id,
                  sa.and_(c.visibility == "shared", c.id.in_(_member_of(viewer, "all"))))


def _conditions(query: Query):
    for column, values in query.equal.items():
        yield images.c[column].in_(values)
    for name, value in query.properties.items():
        yield images.c.properties[name].as_string() == value
    for tag in query.tags:
        yield images.c.id.in_(sa.select(image_tags.c.image_id).where(image_tags.c.tag == tag))
    for column, operator, time in query.times:
        yield images.c[column].op(_OPERATORS[operator])(time)
    if query.size_min is not None:
        yield images.c.size >= query.size_min
    if query.size_max is not None:
        yield images.c.size <= query.size_max


def _with_tags(connection, rows) -> list[Image]:
    tags: dict[str, list[str]] = {}
    if rows:
        for row in connection.execute(sa.select(image_tags).where(image_tags.c.image_id.in_([r.id for r in rows]))):
            tags.setdefault(row.image_id, []).append(row.tag)
    return [Image(dict(row._mapping), tuple(sorted(tags.get(row.id, ())))) for row in rows]


def get(viewer: Viewer, image_id: str) -> Image | None:
    with session.reader() as connection:
        rows = connection.execute(_get(viewer.is_admin), {"image": image_id, "viewer": viewer.project_id}).all()
    if not rows:
        return None
    *values, _tag = rows[0]
    return Image(dict(zip(images.columns.keys(), values, strict=True)),
                 tuple(sorted(row[-1] for row in rows if row[-1] is not None)))


@functools.cache
def _get(is_admin: bool):
    """The image with each of its tags, for ``image`` and ``viewer``: every create asks, so it is built once."""
    return sa.select(images, image_tags.c.tag).join(
        image_tags, image_tags.c.image_id == images.c.id, isouter=True).where(
        images.c.id == sa.bindparam("image"), _seen(Viewer(sa.bindparam("viewer"), is_admin)))


def list_images(viewer: Viewer, query: Query, page: paging.Page) -> list[Image]:
    """Raises ApiError (400) for an unknown marker."""
    with session.reader() as connection:
        marker = None
        if page.marker is not None:
            marker = connection.execute(sa.select(images).where(images.c.id == page.marker, _seen(viewer))).first()
            if marker is None:
                raise bad_request(f"marker {page.marker} could not be found")
        select = sa.select(images).where(_listed(viewer, query), *_conditions(query))
        return _with_tags(connection, connection.execute(paging.apply(select, images, page, marker)).all())


@session.transaction
def insert(connection, row: dict, tags) -> None:
    connection.execute(images.insert().values(**row))
    _put_tags(connection, row["id"], tags)


def _put_tags(connection, image_id: str, tags) -> None:
    connection.execute(image_tags.delete().where(image_tags.c.image_id == image_id))
    if tags:
        connection.execute(image_tags.insert(), [{"image_id": image_id, "tag": tag} for tag in sorted(set(tags))])


@session.transaction
def update(connection, image_id: str, changes: dict, tags=None, was: Image | None = None) -> bool:
    """False when the image is gone, or (with ``was``) was changed since it was read."""
    statement = images.update().where(images.c.id == image_id).values(**{"updated_at": now(), **changes})
    if was is not None:
        statement = statement.where(images.c.updated_at == was.updated_at)
    if not connection.execute(statement).rowcount:
        return False
    if tags is not None:
        _put_tags(connection, image_id, tags)
    return True


@session.transaction
def change_status(connection, image_id: str, expected: tuple[str, ...], status: str, **changes) -> bool:
    """The one door of a status: False unless it was one of ``expected``."""
    return bool(connection.execute(
        images.update().where(images.c.id == image_id, images.c.status.in_(expected))
        .values(status=status, updated_at=now(), **changes)).rowcount)


@session.transaction
def delete(connection, image_id: str) -> bool:
    """False when it was gone or is protected."""
    return bool(connection.execute(images.delete().where(images.c.id == image_id, ~images.c.protected)).rowcount)


def statuses(wanted: str | None = None, ids=None) -> dict[str, str]:
    """{id: status} of the images with a status, or of those named."""
    select = sa.select(images.c.id, images.c.status)
    select = select.where(images.c.status == wanted) if wanted else select.where(images.c.id.in_(ids))
    with session.reader() as connection:
        return {row.id: row.status for row in connection.execute(select)}
