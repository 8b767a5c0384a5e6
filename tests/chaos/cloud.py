"""A cloud of real processes that is made to be broken: short leases, a user, a ledger and a witness."""
import contextlib
import functools
import pathlib

import psutil

from tests.chaos.invariants import Witness
from tests.chaos.ledger import Ledger
from tests.chaos.network import Remote
from tests.chaos.user import User
from tests.integration.deployment import Deployment

# Everything that waits for somebody who may be dead waits seconds, not minutes.
OPTIONS = """
[DEFAULT]
report_interval = 1
service_down_time = 8
reclaim_instance_interval = 3600
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


# What real guests need besides, on a machine that emulates their CPUs.
REAL = """
[workflow]
step_lease = 6
[DEFAULT]
service_down_time = 24
[compute]
shutdown_timeout = 2
"""
# Seconds for which a broker or a database is away, and a wire is cut, unless a test or a trial says else.
AWAY = LONGER_THAN_ANY_DEADLINE


class Cloud:
    """``deployment``, its ``user``, the ``ledger`` of what it accepted and the ``witness`` of what became of it.

    ``broker`` and ``database``: those of its own, if it has some, to be hurt; ``away``: seconds of an absence.
    """

    def __init__(self, deployment: Deployment, user: User, witness: Witness, *, broker=None, database=None,
                 away: float = AWAY):
        self.deployment, self.user, self.witness, self.ledger = deployment, user, witness, Ledger()
        self.broker, self.database, self.away = broker, database, away
        self._also = contextlib.ExitStack()

    @functools.cached_property
    def remote(self) -> Remote:
        """One more compute host, behind a wire of its own; runs from its first use to the cloud's end."""
        return self._also.enter_context(Remote(self.deployment))

    def close(self) -> None:
        self._also.close()

    @staticmethod
    def dead(pids) -> bool:
        """Whether one of these processes has ended (a zombie that its parent has not collected has)."""
        try:
            return any(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE for pid in pids)
        except psutil.NoSuchProcess:
            return True


@contextlib.contextmanager
def running(database_url: str | None = None, *, hosts: int = 2, twins: bool = False, options: str = "", broker=None,
            database=None, image: pathlib.Path | None = None, **values):
    """A furnished Cloud; at its end all of it is gone.

    ``twins``: a second conductor and scheduler run too.  ``broker``, ``database``: of its own, instead of the tests'.
    ``image``: that of real guests, instead of fake ones, on one host, since there is one libvirt.
    """
    with Deployment(database.url if database else database_url, hosts=1 if image else hosts,
                    virt="libvirt" if image else "fake",
                    options=OPTIONS + (REAL if image else "") + options,
                    broker_url=broker.url if broker else None) as deployment:
        deployment.furnish(image, cidr="10.95.0.0/24" if image else "10.64.0.0/12")
        deployment.connect("admin").compute.create_flavor(name="m1.huge", ram=1 << 30, disk=1, vcpus=1)
        for service in ("conductor", "scheduler") if twins else ():
            deployment.run_another(service)
        with Witness(deployment) as witness:
            cloud = Cloud(deployment, User(deployment), witness, broker=broker, database=database, **values)
            with contextlib.closing(cloud):
                yield cloud
