"""A process that is stopped (SIGSTOP) for longer than every deadline and goes on (SIGCONT) as if nothing had been.

Its work was given up or done by others meanwhile; what it still says and does changes nothing, and its guest goes.
"""
import os
import signal
import threading
import time

import pytest
import sqlalchemy as sa

from nova_lite.db import instances, session
from tests.chaos import cloud as clouds
from tests.chaos.processes import send, stopped
from tests.chaos.ways import Way

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
OPTIONS = """
[DEFAULT]
service_down_time = 6
[workflow]
step_lease = 1
step_retries = 20
select_timeout = 1
"""
# (way, where somebody falls asleep, status of the server meanwhile, status after, whether a late word is refused:
# a sleeper that finds nothing to do any more says none).
SLEEPERS = (
    ("create", "compute.build_and_run_instance.begin", "ERROR", "ERROR", True),
    ("create", "compute.build_and_run_instance.done", "ERROR", "ERROR", True),
    ("stop", "compute.stop_instance.done", "ACTIVE", "SHUTOFF", True),      # the guest is off: that is seen, not told
    ("delete", "compute.terminate_instance.begin", None, None, True),
    ("create", "conductor.schedule.begin", "ACTIVE", "ACTIVE", False),
    ("create", "conductor.schedule.chosen", "ACTIVE", "ACTIVE", True),
    ("create", "conductor.build_and_run_instance.report", "ACTIVE", "ACTIVE", True),
    ("stop", "conductor.stop_instance.report", "SHUTOFF", "SHUTOFF", True),
    ("delete", "conductor.terminate_instance.report", None, None, True),
    ("create", "scheduler.schedule.begin", "ACTIVE", "ACTIVE", False),
    ("create", "scheduler.schedule.claimed", "ACTIVE", "ACTIVE", False),
    ("create", "api.build.committed", "ACTIVE", "ACTIVE", False),
    ("stop", "api.stop.committed", "SHUTOFF", "SHUTOFF", True),
)
REFUSED = "is not the current one."         # exceptions.StaleOrder, as each service logs it


@pytest.fixture(scope="module")
def cloud():
    with clouds.running(os.environ["NOVA_LITE_TEST_POSTGRESQL_URL"], twins=True, options=OPTIONS) as found:
        yield found


def _told(uuid):
    """What was ever accepted of a server: its states, in order, and its placement."""
    with session.reader() as connection:
        return connection.execute(sa.select(*(instances.table.c[name] for name in (
            "history", "vm_state", "task_state", "host", "attempt", "deleted"))).where(
                instances.table.c.uuid == uuid)).one()


def _refusals(cloud) -> int:
    return sum(path.read_text(errors="replace").count(REFUSED)
               for path in (cloud.deployment.directory / "log").glob("*.log"))


@pytest.mark.parametrize(("way", "place", "meanwhile", "after", "says"), SLEEPERS,
                         ids=[f"{way}-{place}" for way, place, *_ in SLEEPERS])
def test_a_sleeper_changes_nothing(cloud, way, place, meanwhile, after, says):
    walk = Way(way, cloud.user, cloud.ledger).prepare()
    cloud.deployment.arm(place, "stop")
    asking = threading.Thread(target=walk.ask)
    asking.start()                                  # the API itself may be who falls asleep
    sleeper = stopped(cloud)
    try:
        walk.arrive(status=meanwhile)
        before, refused = _told(walk.uuid), _refusals(cloud)
    finally:
        send(sleeper.pid, signal.SIGCONT)
    asking.join()
    until = time.monotonic() + 60
    while says and _refusals(cloud) == refused:
        assert time.monotonic() < until, f"nothing that {place} said was refused\n{cloud.deployment.logs()}"
        time.sleep(0.1)
    walk.arrive(status=after)
    if meanwhile == after:
        assert _told(walk.uuid) == before, "something that came late was accepted"
    _seconds, found = cloud.witness.rest(cloud.ledger)
    assert not found, "\n".join(map(str, found)) + "\n" + cloud.deployment.logs()
