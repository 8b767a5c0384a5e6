"""The orders of a delete, placed by the compute API and by a conductor that reclaims.  Callers hold the transaction."""
from nova_lite import states
from nova_lite.db import actions, instances, moves, quotas, services
from nova_lite.models import Instance, Order


def order(connection, context, instance: Instance) -> Order:
    """Whatever goes on with the server is called off, and it is deleted: by its host, or by a conductor when it has
    none or that is down.  Raises UnexpectedTaskStateError when the row is not (any more) as ``instance``."""
    images = _take_over(connection, instance, "delete", states.DELETING)
    if instance.vm_state in (states.SHELVED, states.SHELVED_OFFLOADED, states.SOFT_DELETED, states.ERROR):
        images += filter(None, [actions.shelved_image(connection, instance.uuid)])
    move = moves.open_of(connection, instance.uuid)
    others = [] if move is None else [host for host in (move.source_compute, move.dest_compute)
                                      if host not in (None, instance.host)]
    up = _host_is_up(connection, instance)
    [placed] = actions.insert(connection, context, [instance.uuid], "delete", "delete",
                              step="terminate_instance" if up else "finish", host=instance.host if up else None,
                              params={name: values for name, values in (("images", images), ("other_hosts", others))
                                      if values})
    return placed


def order_soft(connection, context, instance: Instance) -> Order | None:
    """Its guest is switched off and kept.  None: that is not possible, it is to be deleted at once (it was never
    launched, it is on a move, its host is down …)."""
    if (instance.vm_state not in states.SOFT_DELETABLE or instance.launched_at is None
            or moves.open_of(connection, instance.uuid) is not None or not _host_is_up(connection, instance)):
        return None
    images = _take_over(connection, instance, "soft_delete", states.SOFT_DELETING)
    [placed] = actions.insert(connection, context, [instance.uuid], "delete", "soft_delete",
                              step="soft_delete_instance", host=instance.host,
                              params={"images": images} if images else None)
    return placed


def _take_over(connection, instance: Instance, event: str, task_state: str) -> list[str]:
    """Returns the ids of images that were being made of it: they go, too."""
    images = actions.images_in_making(connection, instance.uuid)
    actions.cancel_open(connection, instance.uuid)
    instances.transition(connection, instance.uuid, event, instances.unchanged(instance))
    quotas.follow(connection, instance, instance.vm_state, task_state)
    return images


def _host_is_up(connection, instance: Instance) -> bool:
    return instance.host is not None and services.compute_is_up(connection, instance.host)
