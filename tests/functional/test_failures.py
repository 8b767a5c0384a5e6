"""Builds that fail, hosts that die, messages that are lost: every order ends, and nothing is left."""
import time

import pytest

from nova_lite import exceptions, rpc, states
from nova_lite.conf import CONF
from nova_lite.db import actions, session

FAILED = lambda s: s.vm_state == states.ERROR and s.task_state is None  # noqa: E731
GONE = lambda s: s.deleted  # noqa: E731


def fail(cluster, *operations):
    CONF.set_override("fail_operations", list(operations), group="fake")


def clean(cluster):
    """Nothing but what is in the database as live servers is held anywhere."""
    assert cluster.audit() == []


def test_a_host_that_fails_is_followed_by_another(cluster, monkeypatch):
    cluster.start("conductor", "scheduler", "h1", "h2", "h3").wait_up("h1", "h2", "h3")
    from nova_lite.virt.fake import FakeDriver
    real, tried = FakeDriver.spawn, []

    def spawn(self, instance, request, trace):
        tried.append(self.host)
        if len(tried) < 3:
            raise RuntimeError("secret of this host")
        real(self, instance, request, trace)
    monkeypatch.setattr(FakeDriver, "spawn", spawn)
    [server] = cluster.wait(cluster.create())
    assert len(set(tried)) == 3 and server.host == tried[-1]
    events = dict((a.action, e) for a, e in cluster.api.traces(cluster.context, server.uuid))["create"]
    builds = [e.result for e in events if e.event == "compute__do_build_and_run_instance"]
    assert builds == ["Error", "Error", "Success"]
    assert sum(cluster.usage(h)["vcpus"] for h in ("h1", "h2", "h3")) == 1
    clean(cluster)


def test_three_failed_hosts_are_enough(cluster):
    cluster.start("conductor", "scheduler", "h1", "h2", "h3", "h4").wait_up("h1", "h2", "h3", "h4")
    fail(cluster, "spawn")
    [server] = cluster.wait(cluster.create(), FAILED)
    assert server.fault.message.startswith("Exceeded maximum number of retries. ") and server.fault.code == 500
    assert server.host is None and server.network_info == ()
    [action] = cluster.api.actions(cluster.context, server.uuid)
    assert (action.state, action.message) == ("failed", "Error")
    assert all(cluster.usage(h)["vcpus"] == 0 for h in ("h1", "h2", "h3", "h4"))
    assert cluster.networks.ports == {}
    clean(cluster)


def test_no_valid_host(running):
    from nova_lite.models import Flavor
    big = Flavor(flavorid="9", name="huge", vcpus=100000, memory_mb=1, root_gb=1)
    from nova_lite.db import quotas
    session.transaction(quotas.set_limits)("aaaa", {"cores": -1})
    [server] = running.wait(running.create(flavor=big), FAILED)
    assert server.fault.message == "No valid host was found. There are not enough hosts available."
    assert "ResourceFilter removed 1" in server.fault.details
    clean(running)


def test_a_lost_cast_is_sent_again(running, monkeypatch):
    real, lost = rpc.Client.cast, []

    def lossy(self, context, method, **kwargs):
        if method in ("build_instances", "build_and_run_instance", "report") and lost.count(method) == 0:
            lost.append(method)
            return True
        return real(self, context, method, **kwargs)
    monkeypatch.setattr(rpc.Client, "cast", lossy)
    [server] = running.wait(running.create())
    assert sorted(lost) == ["build_and_run_instance", "build_instances", "report"]
    assert server.vm_state == states.ACTIVE
    assert running.starts("h1", server.uuid) == 1, "a build that is delivered twice starts one guest"
    clean(running)


def test_a_cast_that_comes_twice_is_done_once(running, monkeypatch):
    real = rpc.Client.cast

    def twice(self, context, method, **kwargs):
        real(self, context, method, **kwargs)
        return real(self, context, method, **kwargs)
    monkeypatch.setattr(rpc.Client, "cast", twice)
    servers = running.wait(running.create(5))
    assert [running.starts("h1", s.uuid) for s in servers] == [1] * 5
    for server in servers:
        running.api.delete(running.context, server)
    running.wait(servers, GONE)
    clean(running)


def test_a_late_report_of_an_old_attempt_changes_nothing(running, monkeypatch):
    from nova_lite.conductor.rpcapi import ConductorAPI
    held, real = [], ConductorAPI.report

    def hold(self, context, report):
        if not held:
            held.append((context, report))
            return True
        return real(self, context, report)
    monkeypatch.setattr(ConductorAPI, "report", hold)
    [server] = running.wait(running.create())              # by the redelivery
    running.api.stop(running.context, server)
    [server] = running.wait([server], lambda s: s.vm_state == states.STOPPED)
    real(ConductorAPI(), *held[0])
    time.sleep(0.3)
    after = running.get(server.uuid)
    assert after == server
    clean(running)


def test_orders_are_not_given_up_while_the_broker_is_away(running, monkeypatch):
    """Three leases pass; the step would be undone if that were the host's fault."""
    [server] = running.wait(running.create())
    running.kill_host("h1")

    def away():
        raise exceptions.NovaLiteError("the broker is away")
    with monkeypatch.context() as patch:
        patch.setattr(rpc, "check", away)
        running.api.stop(running.context, server)
        running.mark_down("h1")                       # no heartbeat can come
        time.sleep(9)
        assert running.get(server.uuid).task_state == states.POWERING_OFF
    running.start("h1")
    running.wait([server], lambda s: s.vm_state == states.STOPPED)
    clean(running)


def test_a_silent_host_is_told_of_a_delete_that_did_not_wait_for_it(running):
    [server] = running.wait(running.create())
    running.mark_down("h1")                           # it lives, but was not heard of
    running.api.delete(running.context, server)
    running.wait([server], GONE)
    deadline = time.monotonic() + 10
    while running.guests("h1"):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_host_that_is_no_more_is_not_chosen_again_and_again(cluster):
    """Its row is gone but the scheduler still knows it, and finds it the best."""
    from nova_lite.db import tables
    cluster.start("conductor", "scheduler", "h1", "h2").wait_up("h1", "h2")
    cluster.wait(cluster.create(3, force_host="h1"))                 # h2 is the emptier one
    with session.writer() as connection:
        connection.execute(tables.hosts.delete().where(tables.hosts.c.host == "h2"))
    [server] = cluster.wait(cluster.create())
    assert server.host == "h1"


def test_no_scheduler_the_order_waits(cluster):
    cluster.start("conductor", "h1").wait_up("h1")
    CONF.set_override("select_timeout", 1, group="workflow")
    [server] = cluster.create()
    time.sleep(2)
    assert cluster.get(server.uuid).task_state == states.SCHEDULING
    cluster.start("scheduler")
    cluster.wait([server])


def test_orders_wait_for_hosts_that_were_not_heard_of_lately(running):
    """After an outage of the broker the orders come before the heartbeats."""
    running.stop("h1")
    running.mark_down("h1")
    time.sleep(0.6)                                  # the scheduler has seen it
    [server] = running.create()
    time.sleep(1)
    assert running.get(server.uuid).task_state == states.SCHEDULING
    running.start("h1")
    running.wait([server])
    clean(running)


def test_a_silent_host_is_not_waited_for_longer_than_it_may_be_silent(running):
    CONF.set_override("service_down_time", 3)
    running.stop("h1")
    running.mark_down("h1")
    time.sleep(0.6)
    [server] = running.wait(running.create(), FAILED, timeout=20)
    assert "No valid host" in server.fault.message and "ComputeFilter removed 1" in server.fault.details


def test_no_conductor_the_orders_wait(cluster):
    cluster.start("conductor", "scheduler", "h1").wait_up("h1")
    cluster.stop("conductor")
    servers = cluster.create(3)
    cluster.start("conductor")
    cluster.wait(servers)
    clean(cluster)


def test_a_host_that_dies_during_a_build(cluster):
    """Its server ends in ERROR with a fault that names the step; its claim is released."""
    cluster.start("conductor", "scheduler", "h1").wait_up("h1")
    cluster.kill_host("h1")
    [server] = cluster.wait(cluster.create(), FAILED, timeout=30)
    assert "build_and_run_instance" in server.fault.message and server.host is None
    assert cluster.usage("h1")["vcpus"] == 0
    cluster.start("h1").wait_up("h1")
    clean(cluster)


def test_a_host_that_comes_back_destroys_what_it_no_longer_owns(running):
    servers = running.wait(running.create(2))
    running.kill_host("h1")
    running.mark_down("h1")
    running.api.delete(running.context, running.get(servers[0].uuid))
    running.wait(servers[:1], GONE)
    assert running.guests("h1") == {s.uuid for s in servers}
    running.start("h1").wait_up("h1")
    assert running.guests("h1") == {servers[1].uuid}
    clean(running)


def test_a_restarted_host_goes_on_with_its_open_orders(running):
    [server] = running.wait(running.create())
    running.kill_host("h1")
    running.api.stop(running.context, server)
    assert running.get(server.uuid).task_state == states.POWERING_OFF
    running.start("h1")
    running.wait([server], lambda s: s.vm_state == states.STOPPED)
    clean(running)


@pytest.mark.parametrize("moment", ["at once", "while the host builds"])
def test_delete_during_a_build(running, moment):
    CONF.set_override("spawn_delay", 0.5, group="fake")
    [server] = running.create()
    if moment != "at once":
        running.wait([server], lambda s: s.host is not None)
    running.api.delete(running.context, running.get(server.uuid))
    assert running.get(server.uuid).task_state in (states.DELETING, None)
    running.wait([server], GONE)
    time.sleep(0.7)
    assert running.guests("h1") == set()
    clean(running)


def test_delete_of_a_server_that_never_found_a_host(cluster):
    cluster.start("conductor", "scheduler")
    [server] = cluster.wait(cluster.create(), FAILED)
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)
    clean(cluster)


def test_a_delete_that_fails_may_be_repeated(running):
    [server] = running.wait(running.create())
    fail(running, "destroy")
    running.api.delete(running.context, server)
    [server] = running.wait([server], FAILED)
    assert server.fault
    fail(running)
    running.api.delete(running.context, server)
    running.wait([server], GONE)
    clean(running)


def test_delete_twice_is_one_delete(running):
    CONF.set_override("destroy_delay", 0.3, group="fake")
    [server] = running.wait(running.create())
    running.api.delete(running.context, server)
    running.api.delete(running.context, running.get(server.uuid))
    running.wait([server], GONE)
    with pytest.raises(exceptions.InstanceNotFound):
        running.api.delete(running.context, server)
    assert [a.action for a in running.api.actions(running.context, server.uuid)] == ["delete", "create"]
    clean(running)


@pytest.mark.parametrize("operation, act, state", [
    ("power_off", "stop", states.ACTIVE), ("power_on", "start", states.STOPPED)])
def test_a_power_action_that_fails_leaves_the_state_and_a_fault(running, operation, act, state):
    [server] = running.wait(running.create())
    if act == "start":
        running.api.stop(running.context, server)
        [server] = running.wait([server], lambda s: s.vm_state == states.STOPPED)
    fail(running, operation)
    getattr(running.api, act)(running.context, server)
    [server] = running.wait([server], lambda s: s.task_state is None)
    assert server.vm_state == state and server.fault.message == f"The fake driver was told to fail {operation}."


def test_a_guest_that_goes_off_by_itself_is_seen(running):
    [server] = running.wait(running.create())
    running.driver("h1").crash_guest(server.uuid)
    [server] = running.wait([server], lambda s: s.vm_state == states.STOPPED)
    assert server.power_state == states.SHUTDOWN and server.task_state is None


def test_the_guest_of_a_stopped_server_that_runs_is_stopped(running):
    [server] = running.wait(running.create())
    running.api.stop(running.context, server)
    [server] = running.wait([server], lambda s: s.vm_state == states.STOPPED)
    driver = running.driver("h1")
    driver.power_on(server, ())
    from nova_lite.virt.driver import LifecycleEvent
    driver._on_lifecycle(LifecycleEvent(server.uuid, states.RUNNING))
    deadline = time.monotonic() + 10
    while driver.guest(server.uuid).power_state != states.SHUTDOWN:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.wait([server], lambda s: s.task_state is None and s.vm_state == states.STOPPED)


def test_open_orders_are_found_by_the_sweeper_only_when_overdue(running):
    CONF.set_override("spawn_delay", 3.0, group="fake")      # longer than the lease of 2 s
    [server] = running.create()
    running.wait([server], timeout=20)
    [action] = running.api.actions(running.context, server.uuid)
    assert action.tries == 0, "a host that works extends its lease by heartbeats"
    with session.reader() as connection:
        assert actions.overdue(connection) == []


def test_heal_puts_right_what_the_audit_finds(running):
    """Rows broken by hand in every way the audit knows; one pass, and it finds nothing."""
    from nova_lite import heal
    from nova_lite.db import tables
    servers = running.wait(running.create(2))
    with session.writer() as connection:
        connection.execute(tables.hosts.update().values(vcpus_used=77))
        connection.execute(tables.quotas.update().values(instances_used=55))
        connection.execute(tables.claims.insert().values(
            instance_uuid="0" * 36, host="h1", vcpus=1, memory_mb=1, disk_gb=1,
            created_at=servers[0].created_at))
        connection.execute(tables.instances.update().where(tables.instances.c.uuid == servers[0].uuid).values(
            task_state="powering-off"))
        # as if its delete had been lost after the row was gone
        connection.execute(tables.instances.update().where(tables.instances.c.uuid == servers[1].uuid).values(
            deleted=True, vm_state="deleted", history=" claimed built delete deleted"))
    found = running.audit(timeout=0)
    assert len(found) >= 6, found
    assert list(heal.heal(running.networks, running.context, dry_run=True))
    assert running.audit(timeout=0) == found, "a dry run changes nothing"
    list(heal.heal(running.networks, running.context))
    clean(running)
    assert running.guests("h1") == {servers[0].uuid}
