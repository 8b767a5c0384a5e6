"""kill -9 of each service at each fail-point of each workflow, generated from the workflow tables.

Each place is killed at on one database, in rotation; one deployment serves all places of a database.
"""
import itertools
import os

import pytest

from tests.chaos import cloud as clouds
from tests.chaos.processes import kill_and_rest
from tests.chaos.ways import reachable
from tests.integration.databases import DATABASES

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
MATRIX = sorted(zip(itertools.cycle(DATABASES), reachable(), strict=False), key=lambda pair: pair[0])


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
