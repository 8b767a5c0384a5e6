"""Lists of network resources: filters, ``fields``, sorting, pages and their links."""
import urllib.parse

import sqlalchemy as sa

from nova_lite.embedded import paging
from nova_lite.embedded.errors import bad_request

_NOT_FILTERS = ("limit", "marker", "sort_key", "sort_dir", "page_reverse", "fields")
_MOST_NUMBER = (1 << 31) - 1            # of an integer column


def chosen(request, items: list[dict]) -> list[dict]:
    """The items with only the ``fields`` that the query names, if any."""
    wanted = set(request.GET.getall("fields"))
    return [{key: value for key, value in item.items() if key in wanted} for item in items] if wanted else items


def _column(resource, key: str) -> sa.Column | None:
    key = resource.columns.get(key, "project_id" if key == "tenant_id" else key)
    return resource.table.c.get(key)


def _value(column: sa.Column, text: str):
    if isinstance(column.type, sa.Boolean):
        return text.lower() in ("true", "1")
    if isinstance(column.type, sa.Integer):
        if not (text.isascii() and text.isdigit() and int(text) <= _MOST_NUMBER):
            raise bad_request(f"Invalid input for filter {column.name}: '{text}' is not a whole number",
                              "HTTPBadRequest")
        return int(text)
    return text


def _condition(resource, key: str, values: list[str]):
    if key in resource.special:
        return resource.special[key](values)
    column = _column(resource, key)
    if column is not None and not isinstance(column.type, sa.JSON | sa.DateTime):
        matches = column.in_([_value(column, text) for text in values])
        if column.nullable and any(text.lower() in ("", "none", "null") for text in values):
            matches = sa.or_(matches, column.is_(None))
        return matches
    if key in resource.constants:
        return sa.true() if str(resource.constants[key]).lower() in [text.lower() for text in values] else sa.false()
    raise bad_request(f"'{key}' is an invalid attribute for filtering {resource.collection}", "HTTPBadRequest")


def list_(connection, request, resource) -> dict:
    """Raises ApiError (400) for an unknown filter, sort key or marker."""
    query = request.GET
    conditions = [_condition(resource, key, query.getall(key))
                  for key in dict.fromkeys(query) if key not in _NOT_FILTERS]
    allowed = {column.name for column in resource.table.c if not isinstance(column.type, sa.JSON)}
    keys = [resource.columns.get(key, "project_id" if key == "tenant_id" else key) for key in query.getall("sort_key")]
    limit = paging.parse_limit(query.get("limit"), _MOST_NUMBER, None) or None        # Neutron: 0 is no limit
    page = paging.Page(paging.parse_sort(keys, query.getall("sort_dir"), allowed, (("created_at", "asc"),)), limit,
                       query.get("marker"))
    marker = None
    if page.marker is not None:
        marker = connection.execute(sa.select(resource.table).where(
            resource.table.c.id == page.marker, resource.visible(request.context))).first()
        if marker is None:
            raise bad_request(f"The marker {page.marker} could not be found", "HTTPBadRequest")
    select = sa.select(resource.table).where(resource.visible(request.context), *conditions)
    rows = connection.execute(paging.apply(select, resource.table, page, marker)).all()
    body = {resource.collection: chosen(request, resource.view(connection, rows, request.context))}
    if limit is not None and len(rows) == limit:
        others = [(key, value) for key, value in query.items() if key != "marker"] + [("marker", rows[-1].id)]
        body[f"{resource.collection}_links"] = [
            {"rel": "next", "href": f"{request.path_url}?{urllib.parse.urlencode(others)}"}]
    return body
