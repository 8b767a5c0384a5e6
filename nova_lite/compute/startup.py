"""Before a compute host serves: say what it has, learn what is its own, destroy what is not."""
import logging
import time

from nova_lite import exceptions
from nova_lite.compute import fence, ownership, tracker
from nova_lite.compute.host import Host
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.models import Instance

LOG = logging.getLogger(__name__)


def reconcile(host: Host, stopping=lambda: False) -> None:
    """Wait for a conductor, and have what it says.  Raises NovaLiteError when the driver is ill.

    Also after the host was fenced: then as now, what was its own may be another's.
    """
    asked_at = 0.0

    def ask(resources, guests):
        nonlocal asked_at
        while not stopping():
            try:
                asked_at = fence.clock()
                answer = host.conductor.sync_host(admin_context(), host.name, resources, tracker.shares(resources),
                                                  guests, CONF.compute.fence_after)
            except exceptions.ServiceUnavailable as error:
                LOG.warning("waiting for a conductor: %s", error)
                time.sleep(1)
            else:
                host.tracker.start(resources, [Instance.from_dict(values) for values in answer["instances"]])
                return answer
        raise SystemExit(0)

    mine = ownership.learn(host, ask)
    host.fence.open(asked_at)
    if host.fence.closed():
        return                               # that took longer than the lease: the next heartbeat begins anew
    if CONF.resume_guests_state_on_host_boot:
        ownership.resume(host, mine)
    ownership.report_power_states(host, mine)
