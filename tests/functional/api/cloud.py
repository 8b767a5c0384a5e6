"""The common cloud's services and compute nodes, and hosts that went silent."""
import datetime

import sqlalchemy as sa

from nova_lite.db.tables import hosts, services

SEEN = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)


def service(database, host="host1", binary="nova-compute"):
    """Its row."""
    with database.reader() as connection:
        return connection.execute(sa.select(services).where(services.c.host == host, services.c.binary == binary)).one()


def compute_nodes(database) -> list:
    """Their rows, as lists have them."""
    with database.reader() as connection:
        return connection.execute(sa.select(hosts).order_by(hosts.c.id)).all()


def compute_node(database, host="host1"):
    """Its row."""
    return next(row for row in compute_nodes(database) if row.host == host)


def silence(cloud, database, host="host1", binary="nova-compute") -> None:
    """Stop the service; it was heard for the last time at SEEN, for which a test cannot wait."""
    cloud.services.stop(f"compute.{host}" if binary == "nova-compute" else binary.removeprefix("nova-"))
    with database.writer() as connection:
        connection.execute(sa.update(services).where(services.c.host == host, services.c.binary == binary).values(
            last_seen_up=SEEN, updated_at=SEEN))
