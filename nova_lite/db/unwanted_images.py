"""Images that an order was to take away and could not: the conductors go on until they are gone."""
import sqlalchemy as sa

from nova_lite.db.tables import unwanted_images as table
from nova_lite.trace import now

BATCH = 100


def add(connection, image_id: str) -> None:
    """Fine when it is there already."""
    forget(connection, image_id)
    connection.execute(table.insert().values(image_id=image_id, created_at=now()))


def some(connection) -> list[str]:
    """Ids of those that have waited the longest, at most BATCH."""
    return list(connection.scalars(sa.select(table.c.image_id).order_by(table.c.created_at).limit(BATCH)))


def forget(connection, image_id: str) -> None:
    connection.execute(table.delete().where(table.c.image_id == image_id))
