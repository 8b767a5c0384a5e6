"""Which guests are this host's: compared with the conductor's list before it serves, and whenever it was away.

What is not its own goes; of what is, the power state is told.  Called at the start (``startup``), when a message could
not be sent, and for a conductor that had taken the host for dead.
"""
import logging
import time
from collections.abc import Callable, Iterable, Mapping

from nova_lite import states
from nova_lite.compute import interfaces, terminate, tracker
from nova_lite.compute.host import Host
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.models import Guest, Instance, OldDisks

LOG = logging.getLogger(__name__)
NO_GUEST = 0                 # less than any attempt: of what has no guest only what still has none is taken away
OFF = (states.NOSTATE, states.SHUTDOWN, states.CRASHED)


def compare(host: Host) -> None:
    """Of a host that runs.  Raises ServiceUnavailable, or what the driver raises."""
    mine = learn(host, lambda resources, _guests: host.conductor.host_instances(
        admin_context(), host.name, resources, tracker.shares(resources), CONF.compute.fence_after))
    report_power_states(host, mine)


def learn(host: Host, ask: Callable[..., dict]) -> list[Instance]:
    """What is the host's; what is not (any more) is gone then.

    ``ask(resources, guests)`` gives what ``ReportsAPI.sync_host`` does.  The guests are listed first: an attempt that
    is not the host's afterwards never will be again, while one that begins meanwhile is not in the list.
    """
    resources, guests, leftovers = host.driver.available_resource(), list(host.driver.guests()), host.driver.leftovers()
    old_disks, asked_at = dict(host.driver.old_disks()), time.monotonic()
    answer = ask(resources, guests)
    mine = [Instance.from_dict(values) for values in answer["instances"]]
    _destroy_foreign(host, guests, leftovers, mine)
    _settle_old_disks(host, old_disks, set(answer["left_behind"]), mine)
    here = {guest.uuid for guest in guests}
    interfaces.remove_strays(host, [i for i in mine if i.uuid in here], answer.get("busy", ()), asked_at)
    return mine


def _settle_old_disks(host: Host, found: Mapping[str, OldDisks], needed: set[str], mine: list[Instance]) -> None:
    """Disks that were set aside for a move that has ended: back if the server is here, else away.

    ``found`` was listed before ``needed`` was asked for, and each is looked at again: none is of a move since then.
    """
    servers = {instance.uuid: instance for instance in mine}
    for uuid, mark in found.items():
        if mark.migration_uuid in needed:
            continue
        LOG.warning("old disks of server %s: its move %s has ended", uuid, mark.migration_uuid)
        try:
            with host.orders.instance(uuid):
                if uuid in servers:
                    host.driver.restore_old_disks(servers[uuid], mark.migration_uuid)
                else:
                    host.driver.drop_old_disks(uuid, mark.migration_uuid)
        except Exception:
            LOG.exception("old disks of server %s are left", uuid)


def _destroy_foreign(host: Host, guests: Iterable[Guest], leftovers: Iterable[str], mine: list[Instance]) -> None:
    """Take away every guest, and anything left of one, that is not (or no longer) this host's."""
    owned = {instance.uuid: instance.attempt for instance in mine}
    foreign = {guest.uuid: guest.attempt for guest in guests if owned.get(guest.uuid) != guest.attempt}
    listed = {guest.uuid for guest in guests}
    foreign |= {uuid: NO_GUEST for uuid in leftovers if uuid not in owned and uuid not in listed}
    for uuid, attempt in sorted(foreign.items()):
        try:
            terminate.take_away(host, uuid, attempt)
        except Exception:
            LOG.exception("guest %s could not be destroyed", uuid)
            host.unheard.set()                   # another comparison follows


def _idle(instance: Instance) -> bool:
    return instance.task_state is None and instance.vm_state in states.EXPECTED_POWER


def resume(host: Host, mine: list[Instance]) -> None:
    """As Nova does with resume_guests_state_on_host_boot: a guest that ran when the host was last heard runs again."""
    for instance in mine:
        if not _idle(instance) or instance.vm_state != states.ACTIVE or instance.power_state != states.RUNNING:
            continue
        with host.orders.instance(instance.uuid):
            guest = host.driver.guest(instance.uuid)
            if guest is not None and guest.power_state not in OFF:
                continue
            LOG.warning("server %s was running: its guest is started again", instance.uuid)
            try:
                host.driver.reboot(instance, instance.network_info, "HARD")
            except Exception:
                LOG.exception("the guest of server %s could not be started again", instance.uuid)


def report_power_states(host: Host, mine: list[Instance]) -> None:
    """Tell of guests whose power state is not what the database has (Nova's _sync_power_states).

    A guest that was removed behind our back is as one that went off.  A change is forgotten when its server's row says
    it, or never will.
    """
    marks = dict(host.changed)              # before the look: what changes after it is looked at again
    found = {guest.uuid: guest.power_state for guest in host.driver.guests()}
    for instance in filter(_idle, mine):
        power_state = found.get(instance.uuid, states.SHUTDOWN)
        if instance.uuid not in found:
            LOG.warning("server %s has no guest on host %s", instance.uuid, host.name)
        if not _is_known(instance, power_state) and not host.orders.busy(instance.uuid):
            host.conductor.guest_event(admin_context(), host.name, instance.uuid, power_state, "seen by a comparison")
    servers = {instance.uuid: instance for instance in mine}
    for uuid, mark in marks.items():
        if not _may_differ(servers.get(uuid), found.get(uuid, states.SHUTDOWN)) and host.changed.get(uuid) is mark:
            del host.changed[uuid]


def _may_differ(instance: Instance | None, power_state: int) -> bool:
    """Whether a server's row does not say (yet) in which power state its guest is, though it should."""
    return instance is not None and (
        instance.task_state is not None or (_idle(instance) and not _is_known(instance, power_state)))


def _is_known(instance: Instance, power_state: int) -> bool:
    """Whether a row says it, and has drawn its consequence (an administrator may have said something else since)."""
    return instance.power_state == power_state and (instance.vm_state, power_state) not in states.SEEN
