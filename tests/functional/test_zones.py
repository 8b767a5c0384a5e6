"""Availability zones on a cloud of three hosts: a server comes to be in the zone that it asked for."""
import pytest

from nova_lite.db import aggregates, session
from tests.functional.cluster import FAILED


@pytest.fixture
def west(cluster):
    """The first host is the zone west; the aggregate's id."""
    identifier = session.transaction(aggregates.create)("a", "west").id
    session.transaction(aggregates.add_host)(identifier, cluster.hosts[0])
    cluster.refresh()
    yield identifier
    cluster.clear()
    with session.reader() as connection:
        there = aggregates.get(connection, identifier).hosts
    for host in there:
        session.transaction(aggregates.remove_host)(identifier, host)
    session.transaction(aggregates.delete)(identifier)
    cluster.refresh()


def test_servers_are_where_they_asked_to_be(cluster, west):
    servers = cluster.wait(cluster.create(2, availability_zone="west") + cluster.create(2, availability_zone="nova"))
    assert [(server.availability_zone, server.pinned_availability_zone) for server in servers] == [
        ("west", "west")] * 2 + [("nova", "nova")] * 2
    assert [server.host == cluster.hosts[0] for server in servers] == [True, True, False, False]
    free = cluster.made()
    assert free.availability_zone == ("west" if free.host == cluster.hosts[0] else "nova")
    assert free.pinned_availability_zone is None


def test_a_scheduler_that_has_not_heard_of_the_change_puts_nothing_into_the_wrong_zone(cluster, west):
    """The claim looks at the host's zone, and the choice is made anew."""
    hosts = cluster.parts("scheduler")["hosts"]
    with hosts.lock:                                   # what it knows is from before
        hosts.arrays.put_zone(hosts.arrays.index[cluster.hosts[1]], "west")
    servers = cluster.wait(cluster.create(4, availability_zone="west"))
    assert {server.host for server in servers} == {cluster.hosts[0]}


def test_a_zone_without_hosts(cluster, west):
    session.transaction(aggregates.remove_host)(west, cluster.hosts[0])
    cluster.refresh()
    [server] = cluster.wait(cluster.create(availability_zone="west"), FAILED)
    assert "AvailabilityZoneFilter" in server.fault.details and server.availability_zone == "west"
