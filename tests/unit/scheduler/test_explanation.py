"""What is told of a request that has no host, or several."""
from nova_lite.scheduler.explanation import explain
from nova_lite.scheduler.filters.aggregates import AggregateTypeAffinityFilter
from nova_lite.scheduler.filters.requested_host import RequestedHostFilter
from nova_lite.scheduler.filters.resource import ResourceFilter
from nova_lite.scheduler.weighers.ram import RAMWeigher
from tests.unit.scheduler.clouds import arrays, spec

FILTERS = [(cls.__name__, cls()) for cls in (RequestedHostFilter, AggregateTypeAffinityFilter, ResourceFilter)]


def test_each_host_is_told_of_once_and_nothing_is_taken():
    hosts = arrays(big={"aggregate_metadata": {"instance_type": ["m1.big"]}, "vcpus_limit": 0},
                   full={"memory_mb_used": 4000}, good={}, best={"memory_mb_limit": 9999})
    found = explain(spec(), hosts, FILTERS, [RAMWeigher()])
    assert found == {
        "hosts": 4, "left": 2, "filters": [
            {"name": "RequestedHostFilter", "removed": 0, "hosts": []},
            {"name": "AggregateTypeAffinityFilter", "removed": 1, "hosts": ["big"]},
            {"name": "ResourceFilter", "removed": 1, "hosts": ["full"]}],
        "best": [{"host": "best", "weight": 1.0}, {"host": "good", "weight": 0.0}]}
    assert hosts.running_vms.sum() == 0


def test_nobody_is_left():
    found = explain(spec(force_hosts=("nowhere",)), arrays(a={}, b={}), FILTERS, [RAMWeigher()])
    assert (found["left"], found["best"], found["filters"][0]["hosts"]) == (0, [], ["a", "b"])
    assert explain(spec(), arrays(), FILTERS, [])["hosts"] == 0


def test_of_many_hosts_some_are_named():
    found = explain(spec(force_hosts=("nowhere",)), arrays(**{f"h{n:03}": {} for n in range(150)}), FILTERS, [])
    assert found["filters"][0]["removed"] == 150 and len(found["filters"][0]["hosts"]) == 100
