"""The create flow: its hops in order, its states, and what it costs."""
import collections

import pytest

from nova_lite import states
from nova_lite.compute.api import CreateRequest
from tests.functional import doubles
from tests.functional.cluster import FLAVOR
from tests.functional.counting import counted


def hops(cluster, server, action="create"):
    found = dict((a.action, events) for a, events in cluster.api.traces(cluster.context, server.uuid))
    return found[action]


def test_every_hop_of_a_create_is_in_the_trace_in_order(running):
    [server] = running.wait(running.create())
    events = hops(running, server)
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


def test_an_active_server_is_complete(running):
    [server] = running.wait(running.create(metadata={"a": "b"}))
    assert (server.vm_state, server.task_state, server.power_state) == (states.ACTIVE, None, states.RUNNING)
    assert server.host == server.node == "h1" and server.launched_at and server.attempt == 1
    assert server.network_info[0].network.label == "private" and server.metadata == {"a": "b"}
    [action] = running.api.actions(running.context, server.uuid)
    assert (action.action, action.state, action.message, action.deadline) == ("create", "done", None, None)
    assert action.secrets is None, "the password must not stay in the database"


@pytest.mark.parametrize("networks", [None, ()], ids=["auto", "none"])
def test_what_a_create_costs(running, networks):
    """The budget of the design: 5 messages, 3 commits, 12 statements from POST to ACTIVE."""
    running.wait(running.create())                        # the project's quota row is there now
    with pytest.MonkeyPatch.context() as patch, counted(patch) as cost:
        servers = running.create(requested_networks=networks)
        # Polling costs statements too, so wait without it: the trace's last hop is the report.
        import time
        time.sleep(1.5)
    running.wait(servers)
    assert cost.messages == ["build_instances", "select_destinations", "reply", "build_and_run_instance", "report"]
    assert cost.commits == 3, cost.statements
    # The flavor's look-up is the REST handler's, before this.
    assert len(cost.statements) + 1 <= 12, cost.statements


def test_several_servers_of_one_request(running):
    servers = running.create(3)
    found = running.wait(servers)
    assert [s.display_name for s in servers] == ["vm-1", "vm-2", "vm-3"]
    assert [s.launch_index for s in servers] == [0, 1, 2]
    assert len({s.reservation_id for s in servers}) == 1 and len({s.hostname for s in found}) == 3


def test_500_servers_of_one_request(running):
    with pytest.MonkeyPatch.context() as patch, counted(patch) as cost:
        servers = running.create(500)
        found = running.wait(servers, timeout=60)
    assert collections.Counter(s.vm_state for s in found) == {"active": 500}
    assert cost.messages.count("select_destinations") == 1
    usage = running.usage("h1")
    assert usage == {"vcpus": 500, "memory_mb": 500 * 512, "local_gb": 500, "running_vms": 500}


def test_two_servers_of_the_same_name_at_once(running):
    first, second = running.create()[0], running.create()[0]
    found = running.wait([first, second])
    assert first.uuid != second.uuid and [s.display_name for s in found] == ["vm", "vm"]


def test_max_count_above_the_quota_gives_what_fits(running):
    from nova_lite.db import quotas, session
    session.transaction(quotas.set_limits)("aaaa", {"instances": 2})
    context = running.context
    servers, _ = running.api.create(context, CreateRequest(
        display_name="vm", flavor=FLAVOR, image=doubles.IMAGE, admin_password="x", min_count=1, max_count=5))
    assert len(servers) == 2
    running.wait(servers)
