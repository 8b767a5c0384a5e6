"""What health and metrics ask the database: few statements, cheap however much there is."""
import sqlalchemy as sa

from nova_lite.db import session
from nova_lite.db.tables import actions, services
from nova_lite.trace import now


def ping() -> None:
    """Raises NovaLiteError unless the database answers."""
    with session.reader() as connection:
        connection.execute(sa.select(sa.literal(1)))


def heartbeat_ages() -> dict[str, float]:
    """Binary -> seconds since the newest heartbeat of any of its services."""
    with session.reader() as connection:
        rows = connection.execute(sa.select(services.c.binary, sa.func.max(services.c.last_seen_up))
                                  .group_by(services.c.binary)).all()
    at = now()
    return {binary: max((at - seen).total_seconds(), 0.0) for binary, seen in rows if seen}


def open_actions() -> list[tuple[str, str, int, float]]:
    """(workflow, step, how many orders are open there, seconds since the oldest of them was given)."""
    # Open orders alone have a deadline, and an index leads to those.
    with session.reader() as connection:
        rows = connection.execute(
            sa.select(actions.c.workflow, actions.c.step, sa.func.count(), sa.func.min(actions.c.start_time))
            .where(actions.c.deadline.is_not(None)).group_by(actions.c.workflow, actions.c.step)).all()
    at = now()
    return [(workflow, step, count, max((at - oldest).total_seconds(), 0.0))
            for workflow, step, count, oldest in rows]
