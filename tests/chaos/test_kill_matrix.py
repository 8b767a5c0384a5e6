"""kill -9 of each service at each fail-point of each workflow, generated from the workflow tables.

Each place is killed at on one database, in rotation; one deployment serves all places of a database.  What a host does
to build and to delete is killed at with a real guest too.
"""
import itertools
import os
import pathlib

import pytest

from tests.chaos import broker as brokers
from tests.chaos import cloud as clouds
from tests.chaos.processes import kill_at
from tests.chaos.rounds import clear
from tests.integration.databases import DATABASES
from tests.integration.deployment import required
from tests.places import all_places

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
MATRIX = sorted(zip(itertools.cycle(DATABASES), all_places(), strict=False), key=lambda pair: pair[0])
REAL = ("create", "delete")         # the ways on which real guests are killed at


@pytest.fixture(scope="module")
def cloud(request):
    """One for all places of a database, after another."""
    variable = DATABASES[request.param]
    assert variable is None or os.environ.get(variable), f"{variable} is not set: run tools/run_tests.sh chaos"
    with clouds.running(os.environ.get(variable or "")) as found:
        yield found


@pytest.mark.parametrize(("cloud", "place"), MATRIX, indirect=["cloud"], scope="module",
                         ids=[f"{database}-{place.way}-{place}" for database, place in MATRIX])
def test_killed_at(cloud, place):
    kill_and_rest(cloud, place)


def kill_and_rest(cloud, place):
    kill_at(cloud, place).arrive()
    _seconds, found = cloud.witness.rest(cloud.ledger)
    assert not found, "\n".join(map(str, found)) + "\n" + cloud.deployment.logs()


@pytest.fixture(scope="module")
def real_cloud():
    # A broker of its own: the last of the others' clouds still runs, and two on one broker would share its queues.
    image = pathlib.Path(required("NOVA_LITE_TEST_GUEST_IMAGE"))
    with brokers.running() as broker, clouds.running(broker=broker, image=image) as found:
        yield found


@pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root")
@pytest.mark.parametrize("place", [place for place in all_places() if place.way in REAL and place.process == "compute"],
                         ids=lambda place: f"{place.way}-{place}")
def test_killed_at_with_a_real_guest(real_cloud, place):
    """The host's part; all places: tools/bench/chaos.py --driver libvirt."""
    kill_and_rest(real_cloud, place)
    clear(real_cloud)
