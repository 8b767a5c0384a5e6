"""Servers that were there in a period, deleted ones too: what usage is added up from."""
import datetime

import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.db.tables import instances
from nova_lite.models.usage import ServerUsage

_COLUMNS = ("id", "uuid", "project_id", "display_name", "vm_state", "flavor", "launched_at", "terminated_at")


def of_period(connection, start: datetime.datetime, stop: datetime.datetime, *, project_id: str | None = None,
              limit: int | None = None, marker: str | None = None) -> list[ServerUsage]:
    """By project, then by age; a page after the server ``marker`` when there is a limit.  Raises MarkerNotFound."""
    columns = instances.c
    query = sa.select(*(columns[name] for name in _COLUMNS)).where(
        columns.launched_at < stop, sa.or_(columns.terminated_at.is_(None), columns.terminated_at > start))
    if project_id is not None:
        query = query.where(columns.project_id == project_id)
    if marker is not None:
        last = connection.execute(sa.select(columns.project_id, columns.id).where(columns.uuid == marker)).first()
        if last is None or project_id not in (None, last.project_id):
            raise exceptions.MarkerNotFound(marker=marker)
        query = query.where(sa.or_(columns.project_id > last.project_id, sa.and_(
            columns.project_id == last.project_id, columns.id > last.id)))
    query = query.order_by(columns.project_id, columns.id).limit(limit)
    return [ServerUsage.from_dict(row._mapping) for row in connection.execute(query)]
