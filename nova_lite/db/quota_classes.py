"""Default limits that an administrator has set, in place of [quota]'s, and limits of a user within a project.

Tables ``quota_classes`` (of which Nova, and so nova-lite, uses one class, ``default``) and ``user_quotas``.
"""
import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.db.tables import quota_classes, user_quotas

DEFAULT = "default"


def get(connection, name: str = DEFAULT) -> dict[str, int]:
    """What a class sets; the rest is [quota]'s."""
    return dict(connection.execute(sa.select(quota_classes.c.resource, quota_classes.c.hard_limit).where(
        quota_classes.c.class_name == name)).all())


def update(connection, name: str, limits: dict[str, int]) -> None:
    _replace(connection, quota_classes, {"class_name": name}, limits)


def limit(resource: str):
    """SQL: the default class's limit of a resource; NULL when it has none."""
    return sa.select(quota_classes.c.hard_limit).where(
        quota_classes.c.class_name == DEFAULT, quota_classes.c.resource == resource).scalar_subquery()


# -- users -------------------------------------------------------------------------------------------
def of_user(connection, project_id: str, user_id: str) -> dict[str, int]:
    """What a user may have less than the project; the rest is the project's."""
    return dict(connection.execute(sa.select(user_quotas.c.resource, user_quotas.c.hard_limit).where(
        user_quotas.c.project_id == project_id, user_quotas.c.user_id == user_id)).all())


def has_none(project_id, user_id):
    """SQL: the user has no limits of their own; both are SQL expressions."""
    return ~sa.exists().where(user_quotas.c.project_id == project_id, user_quotas.c.user_id == user_id)


def update_user(connection, project_id: str, user_id: str, limits: dict[str, int]) -> None:
    _replace(connection, user_quotas, {"project_id": project_id, "user_id": user_id}, limits)


def delete_user(connection, project_id: str, user_id: str | None) -> None:
    """Forget a user's limits; ``user_id`` None: those of all users of the project."""
    where = [user_quotas.c.project_id == project_id]
    if user_id is not None:
        where.append(user_quotas.c.user_id == user_id)
    connection.execute(sa.delete(user_quotas).where(*where))


def _replace(connection, table, key: dict, limits: dict[str, int]) -> None:
    same = [table.c[name] == value for name, value in key.items()]
    for resource, hard_limit in sorted(limits.items()):
        change = sa.update(table).where(*same, table.c.resource == resource).values(hard_limit=hard_limit)
        if connection.execute(change).rowcount:
            continue
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(table).values(**key, resource=resource, hard_limit=hard_limit))
        except db_exc.DBDuplicateEntry:         # another request has set it for the first time meanwhile
            connection.execute(change)
