"""What all kinds of network resources have in common: list, show, create, update, delete.

A noun (networks, ports ...) is a Resource: its table, its attributes, and functions for what is its
own.  Its handlers are methods of it; the route table names them.
"""
import dataclasses
from collections.abc import Callable

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.context import RequestContext
from nova_lite.db import session
from nova_lite.embedded.errors import ApiError, bad_request, forbidden, not_found
from nova_lite.embedded.network import attributes, listing
from nova_lite.embedded.service import Request, no_content
from nova_lite.trace import now


@dataclasses.dataclass(frozen=True)
class Resource:
    """``name`` and ``collection`` are the JSON keys; ``type`` the stem of its errors (Network -> NetworkNotFound).

    visible(context) -> condition on the table;  view(connection, rows, context) -> JSON objects;
    insert(connection, context, values) -> id;  change(connection, context, row, values) -> columns to write;
    remove(connection, context, row);  prepare(context): before a list or create;  after(row, object): when a change is
    done, with the row of before and the JSON object of now, None where there is none.
    ``columns``: JSON key -> column, where they differ;  ``constants``: JSON key -> the only value there is;
    ``special``: filter key -> function(values) -> condition.
    """

    name: str
    collection: str
    type: str
    label: str
    table: sa.Table
    attributes: dict
    visible: Callable
    view: Callable
    insert: Callable
    remove: Callable
    change: Callable = lambda connection, context, row, values: values
    prepare: Callable = lambda context: None
    after: Callable = lambda before, now: None
    columns: dict = dataclasses.field(default_factory=dict)
    constants: dict = dataclasses.field(default_factory=dict)
    special: dict = dataclasses.field(default_factory=dict)

    def not_found(self, id: str) -> ApiError:
        return not_found(f"{self.label} {id} could not be found.", f"{self.type}NotFound")

    def row(self, connection, context: RequestContext, id: str):
        """The row, if the context may see it.  Raises ApiError (404)."""
        row = connection.execute(sa.select(self.table).where(self.table.c.id == id, self.visible(context))).first()
        if row is None:
            raise self.not_found(id)
        return row

    def list(self, request: Request):
        self.prepare(request.context)
        with session.reader() as connection:
            return listing.list_(connection, request, self)

    def show(self, request: Request):
        with session.reader() as connection:
            row = self.row(connection, request.context, request.args["id"])
            return {self.name: listing.chosen(request, self.view(connection, [row], request.context))[0]}

    def create(self, request: Request):
        """One object, or a list of them in one transaction."""
        body = request.object()
        several = self.collection in body
        given = body[self.collection] if several else [request.object(self.name)]
        if not isinstance(given, list) or not given or not all(isinstance(item, dict) for item in given):
            raise bad_request(f"The body must hold an object '{self.name}' or a list '{self.collection}'.")
        wanted = [attributes.for_create(self.attributes, item, request.context) for item in given]
        self.prepare(request.context)
        made = _create(self, request.context, wanted)
        for item in made:
            self.after(None, item)
        return 201, {self.collection: made} if several else {self.name: made[0]}

    def update(self, request: Request):
        values = attributes.for_update(self.attributes, request.object(self.name), request.context)
        before, changed = _update(self, request.context, request.args["id"], values, _expected_revision(request))
        self.after(before, changed)
        return {self.name: changed}

    def delete(self, request: Request):
        self.after(_delete(self, request.context, request.args["id"]), None)
        return no_content()


def _expected_revision(request: Request) -> int | None:
    """Of ``If-Match: revision_number=N``.  Raises ApiError (400)."""
    header = request.headers.get("If-Match")
    if header is None:
        return None
    number = header.removeprefix("revision_number=")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise bad_request("If-Match must be revision_number=N", "HTTPBadRequest")
    return int(number)


def new_row() -> dict:
    """The columns that a new row of any kind starts with."""
    moment = now()
    return {"revision_number": 0, "created_at": moment, "updated_at": moment}


@session.transaction
def _create(connection, resource: Resource, context: RequestContext, wanted: list[dict]) -> list[dict]:
    ids = [resource.insert(connection, context, values) for values in wanted]
    rows = {row.id: row for row in connection.execute(sa.select(resource.table).where(resource.table.c.id.in_(ids)))}
    return resource.view(connection, [rows[id] for id in ids], context)


def _own(resource: Resource, connection, context: RequestContext, id: str):
    """The row, if the context may change it.  Raises ApiError (403, 404)."""
    row = resource.row(connection, context, id)
    if not context.is_admin and row.project_id != context.project_id:
        raise forbidden(f"{resource.label} {id} belongs to another project.")
    return row


@session.transaction
def _update(connection, resource: Resource, context: RequestContext, id: str, values: dict, revision: int | None):
    row = _own(resource, connection, context, id)
    table = resource.table
    # The revision is written first: it takes the row's lock, so that what follows works on what it read.
    expected = row.revision_number if revision is None else revision
    locked = connection.execute(
        table.update().where(table.c.id == id, table.c.revision_number == expected)
        .values(revision_number=table.c.revision_number + 1, updated_at=now())).rowcount
    if not locked:
        if revision is None:
            raise db_exc.RetryRequest(RuntimeError(f"{resource.label} {id} was changed meanwhile"))
        raise ApiError(412, f"Constrained to {revision}, but current revision is {row.revision_number}",
                       "RevisionNumberConstraintFailed")
    changes = resource.change(connection, context, row, values)
    if changes:
        connection.execute(table.update().where(table.c.id == id).values(**changes))
    changed = connection.execute(sa.select(table).where(table.c.id == id)).one()
    return row, resource.view(connection, [changed], context)[0]


@session.transaction
def _delete(connection, resource: Resource, context: RequestContext, id: str):
    row = _own(resource, connection, context, id)
    resource.remove(connection, context, row)
    connection.execute(resource.table.delete().where(resource.table.c.id == id))
    return row
