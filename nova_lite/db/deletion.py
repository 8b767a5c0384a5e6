"""The orders of a delete, placed by the compute API and by a conductor that reclaims.  Callers hold the transaction."""
import functools
import typing

import sqlalchemy as sa

from nova_lite import states
from nova_lite.db import actions, instances, quotas, services
from nova_lite.db.tables import actions as actions_table
from nova_lite.db.tables import instances as instances_table
from nova_lite.db.tables import migrations
from nova_lite.db.tables import services as services_table
from nova_lite.models import Instance, Order
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now


class _Around(typing.NamedTuple):
    """What goes on with a server, and where: ``busy``: orders are open, and ``images`` are made by them (their ids);
    ``ends``: the hosts of its open move, if it is ``moving``; ``up``: its host is; ``attached``: a port was wanted for
    it after it was made, at some time."""

    busy: bool
    images: list[str]
    moving: bool
    ends: list[str]
    up: bool
    attached: bool


class Placed(typing.NamedTuple):
    """A delete's order.  ``ports``: the server may have some; without, no network service need be asked."""

    order: Order
    ports: bool


def order(connection, context, instance: Instance) -> Placed:
    """Whatever goes on with the server is called off, and it is deleted: by its host, or by a conductor when it has
    none or that is down.  Raises UnexpectedTaskStateError when the row is not (any more) as ``instance``."""
    around = _look_around(connection, instance)
    images = _take_over(connection, instance, around, "delete", states.DELETING)
    if instance.vm_state in (states.SHELVED, states.SHELVED_OFFLOADED, states.SOFT_DELETED, states.ERROR):
        images += filter(None, [actions.shelved_image(connection, instance.uuid)])
    others = [host for host in around.ends if host != instance.host]
    ports = bool(instance.requested_networks or instance.network_info or around.attached)
    params = {name: values for name, values in (("images", images), ("other_hosts", others)) if values}
    [placed] = actions.insert(connection, context, [instance.uuid], "delete", "delete",
                              step="terminate_instance" if around.up else "finish",
                              host=instance.host if around.up else None,
                              params=params if ports else {**params, "ports": False})
    return Placed(placed, ports)


def order_soft(connection, context, instance: Instance) -> Order | None:
    """Its guest is switched off and kept.  None: that is not possible, it is to be deleted at once (it was never
    launched, it is on a move, its host is down …)."""
    if instance.vm_state not in states.SOFT_DELETABLE or instance.launched_at is None:
        return None
    around = _look_around(connection, instance)
    if around.moving or not around.up:
        return None
    images = _take_over(connection, instance, around, "soft_delete", states.SOFT_DELETING)
    [placed] = actions.insert(connection, context, [instance.uuid], "delete", "soft_delete",
                              step="soft_delete_instance", host=instance.host,
                              params={"images": images} if images else None)
    return placed


def _take_over(connection, instance: Instance, around: _Around, event: str, task_state: str) -> list[str]:
    """Returns the ids of images that were being made of it: they go, too."""
    if around.busy:             # an order that comes after that look changes the row, and the transition is refused
        actions.cancel_open(connection, instance.uuid)
    instances.transition(connection, instance.uuid, event, instances.unchanged(instance))
    quotas.follow(connection, instance, instance.vm_state, task_state)
    return list(around.images)


def _look_around(connection, instance: Instance) -> _Around:
    """One statement: most servers that are deleted have nothing of this but a host."""
    rows = connection.execute(_around(), {"uuid": instance.uuid, "host": instance.host}).all()
    if not rows:                # no such server: the transition will say so
        return _Around(False, [], False, [], False, False)
    params = {row.id: row.params for row in rows if row.id is not None}
    return _Around(
        busy=bool(params),
        images=[found["image"]["id"] for found in params.values() if found.get("image")],
        moving=rows[0].open is not None,
        ends=[host for host in (rows[0].source_compute, rows[0].dest_compute) if host is not None],
        up=services.is_up(rows[0], now()), attached=rows[0].attached)


@functools.cache
def _around():
    uuid = instances_table.c.uuid
    found = instances_table.outerjoin(
        actions_table, sa.and_(actions_table.c.instance_uuid == uuid, actions_table.c.state == actions.OPEN)).outerjoin(
        migrations, sa.and_(migrations.c.instance_uuid == uuid, migrations.c.open.is_(True))).outerjoin(
        services_table, sa.and_(services_table.c.host == sa.bindparam("host", type_=sa.String),
                                services_table.c.binary == COMPUTE))
    attached = actions.has_been(uuid, "attach_interface").label("attached")
    return sa.select(actions_table.c.id, actions_table.c.params, migrations.c.open, migrations.c.source_compute,
                     migrations.c.dest_compute, services_table.c.forced_down, services_table.c.last_seen_up, attached
                     ).select_from(found).where(uuid == sa.bindparam("uuid"))
