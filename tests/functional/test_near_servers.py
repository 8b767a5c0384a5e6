"""The hints same_host and different_host on a cloud of three hosts."""
from tests.functional.cluster import FAILED

NOBODY = "c1c2c3c4-0000-4000-8000-000000000001"


def test_same_host_and_different_host(cluster):
    one = cluster.made()
    together = cluster.wait(cluster.create(2, scheduler_hints={"same_host": one.uuid}))
    assert {server.host for server in together} == {one.host}
    other = cluster.made(scheduler_hints={"different_host": [one.uuid, NOBODY]})
    third = cluster.made(scheduler_hints={"different_host": [one.uuid, other.uuid]})
    assert {one.host, other.host, third.host} == set(cluster.hosts)
    both = cluster.made(scheduler_hints={"same_host": [one.uuid, other.uuid], "different_host": one.uuid})
    assert both.host == other.host
    for hints, filter_ in (({"different_host": [one.uuid, other.uuid, third.uuid]}, "DifferentHostFilter"),
                           ({"same_host": NOBODY}, "SameHostFilter")):
        refused = cluster.made(FAILED, scheduler_hints=hints)
        assert refused.fault.message.startswith("No valid host was found") and filter_ in refused.fault.details
