"""The guard of a compute host that fences itself: keeps its promise when the service cannot, being dead or frozen.

A process of its own, one for a host, started with the service and outliving it.  When the lease is over and the service
has not closed its fence by itself, it is killed (a frozen one would go on with what it had in its hands when it wakes
up; its supervisor starts it again) and the guests are stopped from here.  It ends when the promise is taken back, or is
kept and the service dead.
"""
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time

from oslo_config import cfg

from nova_lite import exceptions
from nova_lite.cmd import service
from nova_lite.compute import fence
from nova_lite.conf import CONF
from nova_lite.network.plugging import NoopNetwork
from nova_lite.virt import driver

LOG = logging.getLogger(__name__)
PROG = "nova-lite-fence-guard"
GRACE = 3.0                     # seconds that a service has to close its fence by itself; it looks every second


def start(host: str) -> None:
    """From the process that is to be guarded, where [compute] fence_after is set."""
    if CONF.compute.fence_after:
        files = [argument for path in CONF.config_file for argument in ("--config-file", path)]
        subprocess.Popen([sys.executable, "-m", __name__, *files, "--guarded-host", host],
                         stdin=subprocess.DEVNULL, start_new_session=True)


def guard(host: str) -> None:
    """Until there is nothing more to do for it."""
    hypervisor = driver.load(CONF.compute.driver, host, None, NoopNetwork())
    while (lease := fence.read(host)).end is not None:
        if fence.clock() >= lease.end + GRACE:
            if not lease.closed:
                _kill(host, lease)
            try:
                if not fence.stop_guests(hypervisor) and not _lives(lease):
                    return
            except exceptions.NovaLiteError as error:
                LOG.error("the guests of host %s could not be stopped: %s", host, error)
        time.sleep(fence.LOOK_EVERY)


def _lives(lease: fence.Lease) -> bool:
    """Whether the service that wrote it does, frozen or not."""
    return lease.process is not None and fence.started(lease.process[0]) == lease.process[1]


def _kill(host: str, lease: fence.Lease) -> None:
    if _lives(lease):
        LOG.critical("compute service %s (process %d) did not stop its guests in time, it is killed", host,
                     lease.process[0])
        os.kill(lease.process[0], signal.SIGKILL)


def main() -> None:
    CONF.register_cli_opts([cfg.StrOpt("guarded-host", required=True, help="The host whose lease is looked at.")])
    service.load(PROG)
    host = CONF.guarded_host
    with open(fence.path(host).with_suffix(".guard"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return                              # the guard of the service that ran before guards this one too
        guard(host)


if __name__ == "__main__":
    main()
