"""Soft-deleted servers that nobody has restored are deleted.  Called periodically by every conductor.

The order is placed by compare-and-swap on the server's row, so that of many conductors one reclaims it.
"""
import datetime
import logging

from nova_lite import exceptions, states
from nova_lite.conductor.engine import SERVICE, Engine
from nova_lite.conf import CONF
from nova_lite.context import admin_context, working
from nova_lite.db import actions, deletion, instances, session
from nova_lite.trace import Trace, now

LOG = logging.getLogger(__name__)
LONGEST = 60                    # seconds between looks, at most
BATCH = 100


def every() -> float:
    """Seconds between looks."""
    return min(CONF.reclaim_instance_interval or LONGEST, LONGEST)


def reclaim(engine: Engine) -> int:
    """Delete those that were soft-deleted longer ago than [DEFAULT] reclaim_instance_interval; how many were begun."""
    if not CONF.reclaim_instance_interval:
        return 0
    before = now() - datetime.timedelta(seconds=CONF.reclaim_instance_interval)
    with session.reader() as connection:
        uuids = instances.soft_deleted_before(connection, before, BATCH)
    return sum(_reclaim_one(engine, uuid, before) for uuid in uuids)


def _reclaim_one(engine: Engine, uuid: str, before: datetime.datetime) -> bool:
    context = admin_context()
    with working(context, uuid):
        try:
            row = _order(context, uuid, before)
        except (exceptions.UnexpectedTaskStateError, exceptions.InstanceNotFound) as error:
            LOG.info("server %s is not reclaimed: %s", uuid, error)      # restored, deleted, or another conductor's
            return False
        if row is not None:
            LOG.info("server %s is reclaimed", uuid)
            engine.run(context, [row], Trace(SERVICE))
    return row is not None


@session.transaction
def _order(connection, context, uuid: str, before: datetime.datetime):
    instance = instances.get(connection, uuid)
    if (instance.vm_state, instance.task_state) != (states.SOFT_DELETED, None) or instance.deleted_at >= before:
        return None
    [row] = actions.load(connection, [deletion.order(connection, context, instance).order.action_id])
    return row
