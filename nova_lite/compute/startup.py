"""Before a compute host serves: say what it has, learn what is its own, destroy what is not."""
import logging
import time

from nova_lite import exceptions, states
from nova_lite.compute import tracker
from nova_lite.compute.host import Host
from nova_lite.context import admin_context
from nova_lite.models import Guest, Instance

LOG = logging.getLogger(__name__)


def init_host(host: Host, on_lifecycle, stopping=lambda: False) -> None:
    """Connect the driver, wait for a conductor, reconcile.  Raises NovaLiteError when the driver cannot start."""
    host.driver.init_host(on_lifecycle)
    resources = host.driver.available_resource()
    guests = list(host.driver.guests())
    mine = _sync(host, resources, guests, stopping)
    host.tracker.start(resources, mine)
    destroy_foreign(host, guests, mine)
    report_power_states(host, mine)


def _sync(host, resources, guests, stopping) -> list[Instance]:
    while not stopping():
        try:
            answer = host.conductor.sync_host(admin_context(), host.name, resources, tracker.limits(resources), guests)
            return [Instance.from_dict(i) for i in answer["instances"]]
        except exceptions.ServiceUnavailable as error:
            LOG.warning("waiting for a conductor: %s", error)
            time.sleep(1)
    raise SystemExit(0)


def destroy_foreign(host: Host, guests: list[Guest], mine: list[Instance]) -> None:
    """Take away every guest, and anything left of one, that is not (or no longer) this host's."""
    owned = {instance.uuid: instance for instance in mine}
    foreign = {guest.uuid for guest in guests
               if guest.uuid not in owned or guest.attempt != owned[guest.uuid].attempt}
    foreign |= {uuid for uuid in host.driver.leftovers() if uuid not in owned}
    for uuid in sorted(foreign):
        LOG.warning("destroying guest %s: it does not belong to host %s", uuid, host.name)
        try:
            host.driver.destroy(uuid)
        except Exception:
            LOG.exception("guest %s could not be destroyed", uuid)


def report_power_states(host: Host, mine: list[Instance]) -> None:
    """Tell of guests whose power state is not what the database has (Nova's _sync_power_states)."""
    states_now = {guest.uuid: guest.power_state for guest in host.driver.guests()}
    for instance in mine:
        if instance.task_state is not None or instance.vm_state not in (states.ACTIVE, states.STOPPED):
            continue
        power_state = states_now.get(instance.uuid, states.NOSTATE)
        if power_state == states.NOSTATE:
            LOG.warning("server %s has no guest on host %s", instance.uuid, host.name)
        if power_state != instance.power_state:
            host.conductor.guest_event(admin_context(), host.name, instance.uuid, power_state, "seen by a comparison")
