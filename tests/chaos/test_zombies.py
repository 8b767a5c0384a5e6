"""A process that is stopped (SIGSTOP) for longer than every deadline and goes on (SIGCONT) as if nothing had been.

Its work was given up, done by others or deleted meanwhile; what it still tells is refused and changes nothing.
"""
import os
import random
import re
import signal
import time

import pytest
import sqlalchemy as sa

from nova_lite.db import instances, session
from tests.chaos import cloud as clouds
from tests.chaos.faults import send, stopped
from tests.chaos.rounds import play
from tests.chaos.ways import Way

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
# place -> the status in which the server is while whoever was there sleeps, and that it keeps (None: gone).
SLEEPERS = {
    "compute.build_and_run_instance.begin": ("create", "ERROR"),
    "compute.build_and_run_instance.done": ("create", "ERROR"),
    "compute.stop_instance.done": ("stop", "ACTIVE"),
    "compute.terminate_instance.begin": ("delete", None),
    "conductor.schedule.begin": ("create", "ACTIVE"),
    "conductor.schedule.chosen": ("create", "ACTIVE"),
    "conductor.build_and_run_instance.report": ("create", "ACTIVE"),
    "conductor.stop_instance.report": ("stop", "SHUTOFF"),
    "conductor.terminate_instance.report": ("delete", None),
    "scheduler.schedule.begin": ("create", "ACTIVE"),
    "scheduler.schedule.claimed": ("create", "ACTIVE"),
    "api.build.committed": ("create", "ACTIVE"),
    "api.stop.committed": ("stop", "SHUTOFF"),
}
# Those whose late word must be refused by the database, and not only find nothing to do.
REFUSED = re.compile(r"report of \S+ refused|refused: |is not current any more|no longer current")


@pytest.fixture(scope="module")
def cloud():
    with clouds.running(os.environ["NOVA_LITE_TEST_POSTGRESQL_URL"], hosts=3, twins=True) as found:
        yield found


def _row(uuid):
    with session.reader() as connection:
        return connection.execute(sa.select(*(instances.table.c[name] for name in (
            "vm_state", "task_state", "host", "attempt", "history", "deleted"))).where(
                instances.table.c.uuid == uuid)).one()


def _refusals(cloud) -> int:
    return sum(len(REFUSED.findall(path.read_text(errors="replace")))
               for path in (cloud.deployment.directory / "log").glob("*.log"))


def test_sleepers_change_nothing(cloud):
    """All fall asleep, each with another server in hand; what became of that is there before they wake."""
    ways, asleep = {}, {}
    for place, (name, _status) in SLEEPERS.items():
        ways[place] = Way(name, cloud.user, cloud.ledger).prepare()
    for place, way in ways.items():
        pass
    assert ways and not asleep
