"""What services ask of the database again and again, asked once by the supervisor before it forks them.

What SQLAlchemy makes of a statement the first time is the services' common memory then, and so is its compiler: a page
that a process only reads is shared.  All is one transaction that is rolled back: nobody else ever sees it.
"""
import contextlib
import logging
import uuid as uuid_module

from nova_lite import exceptions, states
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import (
    actions,
    claims,
    deletion,
    flavors,
    holdings,
    hosts,
    instances,
    keypairs,
    moves,
    quotas,
    server_query,
    services,
    session,
)
from nova_lite.models import Event, Flavor, HostResources, Instance, RequestSpec
from nova_lite.models.host import Share
from nova_lite.models.server_query import ServerQuery
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now

LOG = logging.getLogger(__name__)
NAME = "rehearsal"                  # of all that is made
FLAVOR = Flavor(flavorid=NAME, name=NAME, vcpus=1, memory_mb=1, root_gb=1)


class _Over(Exception):
    """The end, which undoes everything."""


def rehearse() -> None:
    """Never raises: whatever is wrong with the database, services find it themselves and say so."""
    try:
        with session.writer() as connection:
            _start(connection)
            _create(connection, str(uuid_module.uuid4()))
            _look(connection)
            raise _Over
    except _Over:
        pass
    except Exception:               # not the supervisor's to judge: services start, and come to it themselves
        LOG.warning("the statements of services were not prepared", exc_info=True)


def _start(connection) -> None:
    """Services come up and a host reports."""
    services.register(connection, COMPUTE, NAME, "compute", 0)
    services.heartbeat(connection, COMPUTE, [NAME])
    services.silent(connection, COMPUTE, [NAME])
    hosts.register(connection, NAME, HostResources(1, 1, 1, NAME), {
        size: Share(1, 1) for size in ("vcpus", "memory_mb", "local_gb")})
    hosts.measured(connection, {NAME: {}})
    at = now()
    hosts.changed_since(connection, at)
    hosts.heard_since(connection, at)
    actions.open_on_host(connection, NAME)
    actions.worked_on(connection, NAME)
    instances.on_host(connection, NAME)
    moves.left_behind(connection, NAME)


def _create(connection, uuid: str) -> None:
    """A server comes to a host, and is to be deleted."""
    context, at = admin_context(), now()
    quotas.reserve(connection, NAME, 1, 1, 1, NAME)
    server = Instance(uuid=uuid, project_id=NAME, user_id=NAME, display_name=NAME, flavor=FLAVOR, hostname=NAME,
                      vm_state=states.BUILDING, task_state=states.SCHEDULING, created_at=at, updated_at=at)
    instances.insert(connection, [server])
    [order] = actions.insert(connection, context, [uuid], "create", "build", step="schedule")
    actions.load(connection, [order.action_id])
    claims.claim(connection, RequestSpec(orders=(order,), flavor=FLAVOR, next_step="build_and_run_instance"),
                 [(order, NAME, NAME)], {NAME: CONF.default_availability_zone})
    order = order.replace(step="build_and_run_instance", attempt=order.attempt + 1)
    actions.add_events(connection, order.action_id, [Event(NAME, NAME, NAME, 0, at, at)])
    instances.transition(connection, uuid, "built", power_state=states.RUNNING, network_info=(), launched_at=at,
                         config_drive=False, fault=None, progress=0)
    actions.finish(connection, order)
    server = instances.get(connection, uuid, project_id=NAME, deleted=True)
    deletion.order(connection, context, server)
    holdings.give_back(connection, [server])


def _look(connection) -> None:
    """A user looks, and conductors do."""
    server_query.list_servers(connection, ServerQuery(project_id=NAME))
    services.list_all(connection, host=NAME)
    for find in (lambda: flavors.get_visible(connection, NAME, NAME, False),
                 lambda: keypairs.get(connection, NAME, NAME)):
        with contextlib.suppress(exceptions.NotFound):
            find()
    actions.overdue(connection)
    moves.open_with_states(connection)
