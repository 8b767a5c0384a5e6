"""A server's tags.  Called by the REST handlers; like metadata they are the row's alone, no guest knows them."""
from collections.abc import Callable

from nova_lite import exceptions, states
from nova_lite.db import instances, session
from nova_lite.models import Instance

MAXIMUM = 50
TOO_MANY = f"The number of tags exceeded the per-server limit {MAXIMUM}"


def replace(instance: Instance, tags: list[str]) -> list[str]:
    """Give it these and no others; returns them, each once."""
    return _change(instance, "update tags", lambda old: list(dict.fromkeys(tags)))


def add(instance: Instance, tag: str) -> bool:
    """Whether it is a new one.  Raises Invalid when there is no room for one, also when it is there, as Nova does."""
    if len(instance.tags) >= MAXIMUM:
        raise exceptions.Invalid(TOO_MANY)
    if tag in instance.tags:
        return False
    _change(instance, "update tag", lambda old: [*dict.fromkeys((*old, tag))])
    return True


def remove(instance: Instance, tag: str) -> None:
    """Raises NotFound when it has no such tag."""
    def without(old):
        if tag not in old:
            raise exceptions.NotFound(f"Server {instance.uuid} has no tag '{tag}'")
        return [other for other in old if other != tag]
    _change(instance, "delete tag", without)


def clear(instance: Instance) -> None:
    _change(instance, "delete tags", lambda old: [])


def check_state(instance: Instance, method: str) -> None:
    """Raises InstanceInvalidState."""
    if instance.vm_state not in states.ACTIONS["tags"].vm_states:
        raise exceptions.InstanceInvalidState(method=method, instance_uuid=instance.uuid, attr="vm_state",
                                              state=instance.vm_state)


@session.transaction
def _change(connection, instance: Instance, method: str, change: Callable) -> list[str]:
    """``change(tags)`` of the row as it is now.  Raises InstanceInvalidState, InstanceNotFound."""
    instance = instances.get(connection, instance.uuid, for_update=True)
    check_state(instance, method)
    changed = change(instance.tags)
    if len(changed) > MAXIMUM:
        raise exceptions.Invalid(TOO_MANY)
    instances.update(connection, instance.uuid, tags=changed)
    return changed
