"""kill -9 of a compute service at each place of building and deleting a real guest.

All places of all workflows: tools/bench/chaos.py --driver libvirt.  A module of its own, since two clouds at once would
share a broker's queues.
"""
import os
import pathlib

import pytest

from tests.chaos import cloud as clouds
from tests.chaos.processes import kill_and_rest
from tests.chaos.rounds import clear
from tests.integration.deployment import required
from tests.places import all_places

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600),
              pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root")]
WAYS = ("create", "delete")


@pytest.fixture(scope="module")
def cloud():
    with clouds.running(image=pathlib.Path(required("NOVA_LITE_TEST_GUEST_IMAGE"))) as found:
        yield found


@pytest.mark.parametrize("place", [place for place in all_places() if place.way in WAYS and place.process == "compute"],
                         ids=lambda place: f"{place.way}-{place}")
def test_killed_at_with_a_real_guest(cloud, place):
    kill_and_rest(cloud, [place])
    clear(cloud)
