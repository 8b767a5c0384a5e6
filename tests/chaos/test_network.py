"""A compute host and an API behind a wire that is cut, slow or lossy: all recover by themselves, nothing is lost,
nothing is done twice."""
import os
import random
import threading

import pytest

from tests.chaos import broker as brokers
from tests.chaos import cloud as clouds
from tests.chaos.network import Remote
from tests.chaos.rounds import play
from tests.integration.databases import create, statuses
from tests.integration.deployment import Deployment, required
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400),
              pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")]


# A connection that loses every tenth packet stands still for 10 to 20 seconds now and then, since TCP doubles the time
# after which it sends again: that is no time for the haste of the other tests, but for the defaults of a real cloud.
PATIENT = """
[workflow]
step_lease = 20
[DEFAULT]
service_down_time = 75
"""


@pytest.fixture(scope="module", params=[""], ids=["hasty"])
def deployment(request):
    """``params``: options."""
    with Deployment(required("NOVA_LITE_TEST_MARIADB_URL"), options=request.param) as found:
        yield found.furnish()


@pytest.fixture
def remote(deployment, demo):
    """The only host that takes new servers."""
    admin = deployment.connect("admin")
    local = {"host": deployment.hosts[0], "binary": "nova-compute"}
    assert admin.compute.put("/os-services/disable", json=local).status_code == 200
    with Remote(deployment) as found:
        yield found
        for server in demo.compute.servers(details=False):
            demo.compute.delete_server(server, ignore_missing=True)
        wait(lambda: not list(demo.compute.servers(details=False)), 90, found.logs)
    assert admin.compute.put("/os-services/enable", json=local).status_code == 200
    [gone] = [s for s in admin.compute.services(binary="nova-compute") if s.host == found.name]
    wait(lambda: admin.compute.delete(f"/os-services/{gone.id}", microversion="2.53").status_code == 204, 60)


def told(demo, remote) -> str:
    """What is to be known of servers that are not where they should be."""
    return "\n".join([*(str((s.name, s.status, s.task_state, s.fault)) for s in demo.compute.servers()), remote.logs()])


def test_a_host_that_is_cut_off_from_the_broker(demo, remote):
    made = [create(demo, f"n{number}") for number in range(3)]
    wait(lambda: statuses(demo) == ["ACTIVE"] * 3, 60)
    with remote.site.cut():                       # shorter than it takes to be given up: the orders wait
        demo.compute.stop_server(made[0])
        demo.compute.delete_server(made[1])
        made.append(create(demo, "n3"))
        threading.Event().wait(5)                 # what is tested: so long nobody gets anything
    wait(lambda: statuses(demo) == ["ACTIVE", "ACTIVE", "SHUTOFF"], 90, lambda: told(demo, remote))
    assert set(remote.starts().values()) == {1}

    with remote.site.cut():                       # longer: the delete does not wait for it
        demo.compute.delete_server(made[2])
        demo.compute.wait_for_delete(made[2], wait=120)
        assert made[2].id in remote.running()
    wait(lambda: remote.running() == {made[3].id}, 120, lambda: told(demo, remote))
    assert remote.process.poll() is None and set(remote.starts().values()) == {1}


@pytest.mark.parametrize("deployment", [PATIENT], indirect=True, ids=["patient"])
def test_a_slow_wire_that_loses_packets(demo, remote):
    """A quarter of a second each way."""
    with remote.slow():
        made = [create(demo, f"n{number}") for number in range(4)]
        wait(lambda: statuses(demo) == ["ACTIVE"] * 4, 180, lambda: told(demo, remote))
        demo.compute.stop_server(made[0])
        demo.compute.reboot_server(made[1], "HARD")
        demo.compute.delete_server(made[2])
        wait(lambda: statuses(demo) == ["ACTIVE", "ACTIVE", "SHUTOFF"], 180, lambda: told(demo, remote))
        starts = remote.starts()
    assert [starts[server.id] for server in made] in ([1, 1, 1, 1], [1, 2, 1, 1])


def test_an_api_that_is_cut_off_from_its_database():
    """What it answers is true: a server for each 202, at most one for a request without an answer."""
    # on a broker of its own, since the other tests' deployment still runs
    with (brokers.running() as broker,
          clouds.running(required("NOVA_LITE_TEST_POSTGRESQL_URL"), broker=broker) as cloud):
        played = play(cloud, "network-api", random.Random(), rate=10)
        assert not played.findings, "\n".join(map(str, played.findings)) + "\n" + cloud.deployment.logs()
        assert played.counts.failed + played.counts.unanswered and played.counts.wrong == []
