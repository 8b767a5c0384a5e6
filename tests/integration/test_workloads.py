"""The benchmark's workloads at their base size: what each costs is within its limits, however fast the machine is."""
import pytest

from tools.bench import cloud, workload

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def bench():
    with cloud.running("mariadb") as found:
        yield found


@pytest.mark.parametrize("name", workload.names())
def test_a_workload_stays_within_its_limits(bench, name):
    outcome = workload.run(bench, workload.Workload.load(name), workload.BASE)
    assert outcome.cost.cpu_seconds > 0 and set(outcome.workload.most) <= set(outcome.cost.counts)
    assert outcome.cost.counts["statements"] > 0 and outcome.over() == []
