"""Shelved servers leave their hosts when [compute] shelved_offload_time is over.  Called in every conductor.

Those too, and sooner, whose offload was given up: a host that was silent then may be heard again.
"""
import datetime
import logging

from nova_lite import exceptions
from nova_lite.conductor.engine import Engine
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import actions, instances, services, session
from nova_lite.trace import now

LOG = logging.getLogger(__name__)
DOUBLED = 16                    # times; that is longer than anybody waits


def offload_shelved(engine: Engine) -> int:
    """All that are due; how many were ordered to go."""
    return _offload(engine, instances.shelved_before)


def offload_again(engine: Engine) -> int:
    """Those of the last [compute] shelved_poll_interval whose offload was given up; how many were ordered to go.

    After a lease, and each time after twice as long: what was in the way may be there for good.
    """
    return _offload(engine, _given_up)


def _given_up(connection, at):
    current, lease = now(), CONF.workflow.step_lease
    found = instances.offloads_failed_since(
        connection, at, current - datetime.timedelta(seconds=CONF.compute.shelved_poll_interval))
    return [(uuid, host) for uuid, host, since, failures in found
            if (current - since).total_seconds() >= lease * 2 ** min(failures - 1, DOUBLED)]


def _offload(engine: Engine, find) -> int:
    """``find(connection, at)`` gives (uuid, host) of servers that are shelved since before then."""
    seconds = CONF.compute.shelved_offload_time
    if seconds < 0:
        return 0
    with session.reader() as connection:
        found = find(connection, now() - datetime.timedelta(seconds=seconds))
        fates = services.fates(connection, sorted({host for _, host in found})) if found else {}
    return sum(_offload_one(engine, uuid) for uuid, host in found if fates.get(host) == services.UP)


def _offload_one(engine: Engine, uuid: str) -> bool:
    context = admin_context()
    try:
        order, instance = _order(context, uuid)
    except (exceptions.UnexpectedTaskStateError, exceptions.InstanceNotFound):
        return False                            # another conductor was faster, or a user
    LOG.info("server %s was shelved long enough, it leaves host %s", uuid, instance.host)
    engine.compute.step(context, order, instance)
    return True


@session.transaction
def _order(connection, context, uuid):
    instance = instances.get(connection, uuid)
    instances.transition(connection, uuid, "shelve_offload")
    [order] = actions.insert(connection, context, [uuid], "shelveOffload", "shelveOffload",
                             step="shelve_offload_instance", host=instance.host)
    return order, instance
