"""The create flow: its hops in order, its states, and what it costs."""
import collections
import threading

import pytest

from nova_lite import failpoints, states
from nova_lite.conductor.workflows import build
from nova_lite.db import quotas, session
from tests.functional.counting import counted


@pytest.fixture
def counting(cluster):
    """``with counting() as cost:`` counts the block."""
    def count():
        return counted(cluster.parts("embedded")["app"], pytest.MonkeyPatch())
    return count


def hops(cluster, server, action="create"):
    found = dict((a.action, events) for a, events in cluster.api.traces(cluster.context, server.uuid))
    return found[action]


def test_every_hop_of_a_create_is_in_the_trace_in_order(cluster):
    server = cluster.made()
    events = hops(cluster, server)
    assert [(e.service, e.event, e.rpc) for e in events] == [
        ("nova-api", "POST /servers", ""),
        ("nova-api", "compute.api.create", ""),
        ("nova-conductor", "build_instances", "cast"),
        ("nova-scheduler", "select_destinations", "call"),
        ("nova-compute", "compute__do_build_and_run_instance", "cast"),
        ("nova-compute", "claim_check", ""),
        ("nova-compute", "network.allocate", ""),
        ("nova-compute", "driver.spawn", ""),
        ("nova-conductor", "report", "cast"),
    ]
    assert all(e.result == "Success" and e.finish >= e.start and e.pid and e.host for e in events)
    assert [e.start for e in events] == sorted(e.start for e in events)
    depths = [e.depth for e in events]
    assert depths[0] == 0 and all(b - a <= 1 for a, b in zip(depths, depths[1:], strict=False))
    assert [e.event for e in events if e.public] == ["compute__do_build_and_run_instance"]


def test_an_active_server_is_complete(cluster):
    server = cluster.made(metadata={"a": "b"})
    assert (server.vm_state, server.task_state, server.power_state) == (states.ACTIVE, None, states.RUNNING)
    assert server.host == server.node in cluster.hosts and server.launched_at and server.attempt == 1
    assert server.network_info[0].network.label == "private" and server.metadata == {"a": "b"}
    [action] = cluster.api.actions(cluster.context, server.uuid)
    assert (action.action, action.state, action.message, action.deadline) == ("create", "done", None, None)
    assert action.secrets is None, "the password must not stay in the database"


@pytest.mark.parametrize("networks, requests", [(None, 6), ((), 0)], ids=["auto", "none"])
def test_what_a_create_costs(cluster, counting, networks, requests):
    """The budget of the design: 5 messages, 3 commits, 12 statements from POST to ACTIVE."""
    cluster.made(requested_networks=networks)             # the project's rows and the token are there now
    active = threading.Event()                            # asking the database for its state would cost, too
    with failpoints.armed({"conductor.build_and_run_instance.committed": active.set}), counting() as cost:
        servers = cluster.create(requested_networks=networks)
        assert active.wait(60)
    cluster.wait(servers)
    assert cost.messages == ["build_instances", "select_destinations", "reply", "build_and_run_instance", "report"]
    assert cost.commits == 3, cost.statements
    # The flavor's look-up is the REST handler's, before this.
    assert len(cost.statements) + 1 <= 12, cost.statements
    assert len(cost.requests) == requests, cost.requests
    assert len(cost.their_statements) <= 6 * requests, cost.their_statements


def test_what_a_delete_costs(cluster, counting):
    """2 messages, 2 commits, 12 statements from DELETE until the server is gone."""
    server, gone = cluster.made(requested_networks=()), threading.Event()
    with failpoints.armed({"conductor.terminate_instance.committed": gone.set}), counting() as cost:
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
        assert gone.wait(60)
    assert cost.messages == ["terminate_instance", "report"]
    assert not cost.requests, "no port was ever wanted for it"
    assert cost.commits == 2, cost.statements
    assert len(cost.statements) <= 12, cost.statements


def test_several_servers_of_one_request(cluster):
    servers = cluster.create(3)
    found = cluster.wait(servers)
    assert [s.display_name for s in servers] == ["vm-1", "vm-2", "vm-3"]
    assert [s.launch_index for s in servers] == [0, 1, 2]
    assert len({s.reservation_id for s in servers}) == 1 and len({s.hostname for s in found}) == 3


def test_500_servers_of_one_request(cluster, counting):
    """Without networks: a fake cloud's network has 251 addresses."""
    with counting() as cost:
        servers = cluster.create(500, requested_networks=())
        found = cluster.wait(servers)
    assert collections.Counter(s.vm_state for s in found) == {"active": 500}
    assert cost.messages.count("select_destinations") == 1
    assert cost.messages.count("build_and_run_instance") < 2 * len(cluster.hosts)     # the rest come by dozens
    assert cost.messages.count("build_and_run_instances") <= 500 / build.IN_A_MESSAGE + len(cluster.hosts)
    usages = [cluster.usage(host) for host in cluster.hosts]
    assert {name: sum(usage[name] for usage in usages) for name in usages[0]} == {
        "vcpus": 500, "memory_mb": 500 * cluster.flavor.memory_mb, "local_gb": 500, "running_vms": 500}


def test_two_servers_of_the_same_name_at_once(cluster):
    first, second = cluster.create()[0], cluster.create()[0]
    found = cluster.wait([first, second])
    assert first.uuid != second.uuid and [s.display_name for s in found] == ["vm", "vm"]


def test_max_count_above_the_quota_gives_what_fits(cluster):
    session.transaction(quotas.set_limits)("aaaa", {"instances": 2})
    servers = cluster.create(5, min_count=1)
    session.transaction(quotas.set_limits)("aaaa", {"instances": 1000})
    assert len(servers) == 2
    cluster.wait(servers)
