"""The database is killed, away, cut off in the middle of commits, silent: nothing is lost, nothing is done twice."""
import random

import pytest

from tests.chaos import cloud as clouds
from tests.chaos import database as databases
from tests.chaos.faults import DATABASE, needing
from tests.chaos.rounds import play

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
RATE = 10               # requests a second


@pytest.fixture(scope="module", params=databases.KINDS)
def cloud(request):
    with databases.running(request.param) as database, clouds.running(database=database) as found:
        yield found


@pytest.mark.parametrize("fault", needing(DATABASE))
def test_under_load(cloud, fault, record_property):
    played = play(cloud, fault, random.Random(), RATE)
    record_property("answers", vars(played.counts))
    record_property("seconds to rest", played.seconds)
    assert not played.findings, "\n".join(map(str, played.findings)) + "\n" + cloud.deployment.logs()
    assert played.counts.wrong == []
    assert not played.failed, f"{played.failed}\n{cloud.deployment.logs()}"
