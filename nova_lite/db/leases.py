"""Work that one process at a time does for all: table ``leases``."""
import datetime

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.db.tables import leases
from nova_lite.trace import now


def take(connection, name: str, holder: str, seconds: float) -> bool:
    """Have the lease for so long from now, unless another holder's has not run out.  To be called again in time."""
    at = now()
    values = {"holder": holder, "until": at + datetime.timedelta(seconds=seconds)}
    free = sa.or_(leases.c.holder == holder, leases.c.until < at)
    if connection.execute(sa.update(leases).where(leases.c.name == name, free).values(values)).rowcount:
        return True
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(leases).values(name=name, **values))
    except db_exc.DBDuplicateEntry:
        return False
    return True


def give_back(connection, name: str, holder: str) -> None:
    """Another one need not wait."""
    connection.execute(sa.delete(leases).where(leases.c.name == name, leases.c.holder == holder))
