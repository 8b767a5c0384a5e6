"""Passwords that guests have told of themselves, encrypted with their users' public keys."""
import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.db.tables import server_passwords as table

MOST = 4 * 255                  # characters; Nova keeps four pieces of 255


def get(connection, uuid: str) -> str | None:
    return connection.execute(sa.select(table.c.password).where(table.c.instance_uuid == uuid)).scalar()


def add(connection, uuid: str, password: str) -> bool:
    """Once only: whoever gets into a guest later cannot make its user use another.  False: there is one."""
    if get(connection, uuid) is not None:
        return False
    try:
        connection.execute(sa.insert(table).values(instance_uuid=uuid, password=password))
    except db_exc.DBDuplicateEntry:
        return False
    return True


def delete(connection, uuid: str) -> None:
    connection.execute(sa.delete(table).where(table.c.instance_uuid == uuid))
