"""What a compute host tells of itself: that it starts, and what it sees its guests do."""
import logging

from nova_lite import exceptions, states
from nova_lite.db import actions, hosts, instances, moves, services, session
from nova_lite.models import HostResources
from nova_lite.models.host import Share

LOG = logging.getLogger(__name__)


@session.transaction
def _register(connection, host, resources, shares, fence_after):
    services.register(connection, "nova-compute", host, "compute", fence_after)
    services.heartbeat(connection, "nova-compute", [host])
    hosts.register(connection, host, resources, {name: Share(*share) for name, share in shares.items()})


def sync_host(engine, host: str, resources: dict, shares: dict, guests: list[dict], fence_after: int) -> dict:
    """A compute service starts: register it, tell it what is its own, send its open steps again.

    The steps go to the host's queue, which it serves only after it has cleaned up what is not its own.
    """
    _register(host, HostResources.from_dict(resources), shares, fence_after)
    session.transaction(hosts.measured)({host: {}})             # its monitors may be others now
    with session.reader() as connection:
        open_steps = actions.open_on_host(connection, host)
        answer = _of_host(connection, host)
    if open_steps:
        engine.redrive(open_steps, f"host {host} starts")
    LOG.info("host %s starts: %d guests there, %d servers here, %d open steps", host, len(guests),
             len(answer["instances"]), len(open_steps))
    return answer


def host_limits(host: str) -> dict[str, int]:
    """What may be claimed of a host; {} when it is not known."""
    with session.reader() as connection:
        return hosts.limits(connection, host)


def _of_host(connection, host: str) -> dict:
    """What is a host's, as its message has it (see ReportsAPI.sync_host).  What an order may be at work on is read
    first, so that the row of a server that is not among them has all that orders did before."""
    busy = actions.worked_on(connection, host)
    return {"instances": [instance.without_user_data().to_dict() for instance in instances.on_host(connection, host)],
            "busy": busy, "left_behind": moves.left_behind(connection, host)}


def host_instances(host: str, resources: dict, shares: dict, fence_after: int) -> dict:
    """What a running host compares its guests with; its resources may have changed."""
    _register(host, HostResources.from_dict(resources), shares, fence_after)
    with session.reader() as connection:
        return _of_host(connection, host)


@session.transaction
def withdraw_fence(connection, host: str) -> None:
    """The host's service stops in order: its guests go on, and nothing stops them."""
    services.promise(connection, host, 0)


def guest_event(engine, context, host: str, uuid: str, power_state: int, reason: str) -> None:
    """A guest's power state changed without an order: note it, and what Nova's power sync makes of it."""
    try:
        _apply_guest_event(host, uuid, power_state, reason)
    except (exceptions.UnexpectedTaskStateError, exceptions.InstanceNotFound) as error:
        LOG.info("power state of %s on %s not taken over: %s", uuid, host, error)
        return
    if power_state == states.RUNNING:
        _stop_if_it_should_be(engine, context, host, uuid)


@session.transaction
def _apply_guest_event(connection, host, uuid, power_state, reason):
    instance = instances.get(connection, uuid)
    if instance.host != host or instance.task_state is not None:
        return                                        # another host's, or an order is at work and will tell
    if event := states.SEEN.get((instance.vm_state, power_state)):
        LOG.warning("server %s on %s was %s: %s (%s)", uuid, host, instance.vm_state, states.TRANSITIONS[event].reason,
                    reason)
        instances.transition(connection, uuid, event, power_state=power_state)
    elif power_state != instance.power_state:
        instances.update(connection, uuid, power_state=power_state)


def _stop_if_it_should_be(engine, context, host, uuid):
    """A guest of a stopped server runs: stop it, as Nova does, by an order of its own."""
    ordered = _order_stop(context, host, uuid)
    if ordered:
        LOG.warning("server %s is stopped but its guest runs on %s: stopping it", uuid, host)
        order, instance = ordered
        engine.compute.step(context, order, instance)


@session.transaction
def _order_stop(connection, context, host, uuid):
    instance = instances.get(connection, uuid)
    if instance.vm_state != states.STOPPED or instance.task_state is not None or instance.host != host:
        return None
    instances.transition(connection, uuid, "power_on_seen")
    [order] = actions.insert(connection, context, [uuid], "stop", "stop", step="stop_instance", host=host)
    return order, instance
