"""Shelved servers leave their hosts when [compute] shelved_offload_time is over.  Called in every conductor.

Those too whose offload was given up: a host that was silent then may be heard again.
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


def offload_shelved(engine: Engine) -> int:
    """How many were ordered to go."""
    seconds, ordered = CONF.compute.shelved_offload_time, 0
    if seconds < 0:
        return 0
    with session.reader() as connection:
        due = [uuid for uuid, host in
               instances.shelved_before(connection, now() - datetime.timedelta(seconds=seconds))
               if services.fate(connection, host) == services.UP]
    for uuid in due:
        context = admin_context()
        try:
            order, instance = _order(context, uuid)
        except (exceptions.UnexpectedTaskStateError, exceptions.InstanceNotFound):
            continue                        # another conductor was faster, or a user
        LOG.info("server %s was shelved %d s ago, it leaves host %s", uuid, seconds, instance.host)
        engine.compute.step(context, order, instance)
        ordered += 1
    return ordered


@session.transaction
def _order(connection, context, uuid):
    instance = instances.get(connection, uuid)
    instances.transition(connection, uuid, "shelve_offload")
    [order] = actions.insert(connection, context, [uuid], "shelveOffload", "shelveOffload",
                             step="shelve_offload_instance", host=instance.host)
    return order, instance
