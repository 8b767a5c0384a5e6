"""Services killed with kill -9 while they work, on each database: orders wait or go on, nothing is lost or left."""
import pytest

from tests.integration.databases import create, statuses, wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.mark.parametrize("service", ["conductor", "scheduler", "api", "compute"])
def test_a_service_killed_under_load(deployment, demo, service):
    servers = [create(demo, f"s{i}", networks="none") for i in range(6)]
    assert deployment.kill(service) >= 1
    wait(lambda: all(s in ("ACTIVE", "ERROR") for s in _statuses_when_up(demo)), 120)
    found = list(demo.compute.servers())
    assert len(found) == len(servers)
    for server in found:
        assert server.status == "ACTIVE" or (server.status == "ERROR" and server.fault["message"])
    if service in ("conductor", "scheduler"):
        assert [server.status for server in found] == ["ACTIVE"] * 6, "these lose nothing, they only wait"


def _statuses_when_up(demo):
    try:
        return statuses(demo)
    except Exception:                    # the API itself is being started again
        return [None]
