"""Server groups on a cloud of three hosts: where their servers come to be, also when two schedulers race."""
import pytest

from nova_lite.db import claims, server_groups, session
from nova_lite.models.server_group import ServerGroup
from tests.functional.cluster import FAILED


@pytest.fixture
def group(cluster):
    """``group(policy)``: a new group's uuid."""
    def make(policy, **values):
        context = cluster.context
        return session.transaction(server_groups.create)(ServerGroup(
            uuid="", project_id=context.project_id, user_id=context.user_id, name="g", policy=policy, **values)).uuid
    return make


def created(cluster, group, count=1):
    return cluster.wait(cluster.create(count, scheduler_hints={"group": group}))


def test_affinity_and_anti_affinity(cluster, group):
    together, apart = group("affinity"), group("anti-affinity")
    assert len({server.host for server in created(cluster, together, 2) + created(cluster, together)}) == 1
    assert len({server.host for server in created(cluster, apart, 2) + created(cluster, apart)}) == 3
    [refused] = cluster.wait(cluster.create(scheduler_hints={"group": apart}), FAILED)
    assert refused.fault.message.startswith("No valid host was found")
    assert "ServerGroupAntiAffinityFilter" in refused.fault.details


def test_rules_and_soft_forms(cluster, group):
    two = group("anti-affinity", max_server_per_host=2)
    hosts = [server.host for server in created(cluster, two, 6)]
    assert {host: hosts.count(host) for host in hosts} == dict.fromkeys(cluster.hosts, 2)
    soft = [server.host for server in created(cluster, group("soft-anti-affinity"), 4)]
    assert set(soft) == set(cluster.hosts)


def test_two_schedulers_that_race_for_a_group(cluster, group, monkeypatch):
    """Each believes that its host has no member; the claim of the second looks again."""
    apart, keeps, raced = group("anti-affinity"), server_groups.keeps, []

    def meanwhile(connection, uuid, placements):
        """Once the group's row is ours: as if what the other one wrote had come a moment before."""
        if not raced:
            raced.append(next(iter(placements.values())))
            return False
        return keeps(connection, uuid, placements)
    monkeypatch.setattr(claims.server_groups, "keeps", meanwhile)
    assert len({server.host for server in created(cluster, apart, 3)}) == 3
    assert raced


def test_the_claim_itself_refuses_what_breaks_the_policy(cluster, group):
    apart, together = group("anti-affinity"), group("affinity")
    [first], [near] = created(cluster, apart), created(cluster, together)
    elsewhere = next(host for host in cluster.hosts if host != near.host)
    with session.writer() as connection:
        assert not server_groups.keeps(connection, apart, {"new": first.host})
        assert server_groups.keeps(connection, apart, {first.uuid: first.host})
        assert not server_groups.keeps(connection, apart, dict.fromkeys(("x", "y"), "same host"))
        assert not server_groups.keeps(connection, together, {"new": elsewhere})
        assert server_groups.keeps(connection, together, {"new": near.host})
        assert server_groups.keeps(connection, "gone", {"new": near.host})
