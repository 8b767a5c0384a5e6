"""kill -9 of each service at each fail-point of each workflow, generated from the workflow tables.

Each place is killed at on one database, in rotation; one deployment serves all places of a database, several of them
in a test, as far apart in the tables as can be.
"""
import os

import pytest

from tests.chaos import cloud as clouds
from tests.chaos.processes import kill_and_rest
from tests.chaos.ways import reachable
from tests.integration.databases import DATABASES
from tests.places import Place

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
PLACES_OF_A_TEST = 8


def _matrix() -> list[tuple[str, list[Place]]]:
    found = []
    for number, name in enumerate(DATABASES):
        places = reachable()[number::len(DATABASES)]
        tests = -(-len(places) // PLACES_OF_A_TEST)
        found += [(name, places[first::tests]) for first in range(tests)]
    return found


MATRIX = _matrix()


@pytest.fixture(scope="module")
def cloud(request):
    """One for all places of a database, after another."""
    variable = DATABASES[request.param]
    assert variable is None or os.environ.get(variable), f"{variable} is not set: run tools/run_tests.sh chaos"
    with clouds.running(os.environ.get(variable or "")) as found:
        yield found


@pytest.mark.parametrize(("cloud", "places"), MATRIX, indirect=["cloud"], scope="module",
                         ids=[f"{database}-{places[0].way}-{places[0]}..." for database, places in MATRIX])
def test_killed_at(cloud, places):
    print(*places, sep="\n")            # pytest shows it with a failure
    kill_and_rest(cloud, places)


def test_no_place_is_left_out():
    assert sorted(str(place) for _, places in MATRIX for place in places) == sorted(map(str, reachable()))
