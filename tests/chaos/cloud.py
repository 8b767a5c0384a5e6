"""A cloud of real processes that is made to be broken: short leases, a user, a ledger and a witness."""
import contextlib

import psutil

from tests.chaos.invariants import Witness
from tests.chaos.ledger import Ledger
from tests.chaos.user import User
from tests.integration.deployment import Deployment

# Everything that waits for somebody who may be dead waits seconds, not minutes.
OPTIONS = """
[DEFAULT]
report_interval = 1
service_down_time = 8
[workflow]
step_lease = 2
step_retries = 5
sweep_interval = 0.5
fold_interval = 0.2
select_timeout = 4
[scheduler]
refresh_interval = 0.5
[fake]
spawn_delay = 0.05
vcpus = 4000
memory_mb = 4000000
local_gb = 40000
"""
SERVICES = ("api", "conductor", "scheduler", "compute")
# Seconds after which each lease, retry and down time of OPTIONS is over: 2 * (5 + 1) and 8.
LONGER_THAN_ANY_DEADLINE = 15


class Cloud:
    """``deployment``, its ``user``, the ``ledger`` of what it accepted and the ``witness`` of what became of it."""

    def __init__(self, deployment: Deployment, user: User, witness: Witness):
        self.deployment, self.user, self.witness, self.ledger = deployment, user, witness, Ledger()

    @staticmethod
    def dead(pids) -> bool:
        """Whether one of these processes has ended (a zombie that its parent has not collected has)."""
        try:
            return any(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE for pid in pids)
        except psutil.NoSuchProcess:
            return True


@contextlib.contextmanager
def running(database_url: str | None = None, *, hosts: int = 2, twins: bool = False, options: str = ""):
    """A furnished Cloud; at its end all of it is gone.  ``twins``: a second conductor and scheduler run too."""
    with Deployment(database_url, hosts=hosts, options=OPTIONS + options) as deployment:
        deployment.furnish(cidr="10.64.0.0/12")
        deployment.connect("admin").compute.create_flavor(name="m1.huge", ram=1 << 30, disk=1, vcpus=1)
        for service in ("conductor", "scheduler") if twins else ():
            deployment.run_another(service)
        with Witness(deployment) as witness:
            yield Cloud(deployment, User(deployment), witness)
