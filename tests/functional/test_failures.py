"""Builds that fail, hosts that die, messages that are lost: every order ends, and nothing is left.

The ``cluster`` fixture asks the audit after each test.  Every step of every workflow, failed in every way:
test_every_step.py.
"""
import threading

import pytest

from nova_lite import exceptions, failpoints, heal, rpc, states
from nova_lite.conductor.rpcapi import ReportsAPI
from nova_lite.conf import CONF
from nova_lite.db import actions, quotas, session, tables
from nova_lite.models import Flavor
from nova_lite.network.neutron import NeutronClient
from nova_lite.virt.driver import LifecycleEvent
from nova_lite.virt.fake import FakeDriver
from tests.functional import faults
from tests.functional.cluster import FAILED, GONE, IDLE, STOPPED, wait_for
from tests.places import all_places


def test_a_host_that_fails_is_followed_by_another(cluster, monkeypatch):
    real, tried = FakeDriver.spawn, []

    def spawn(self, instance, request, trace):
        tried.append(self.host)
        if len(tried) < 3:
            raise RuntimeError("secret of this host")
        real(self, instance, request, trace)
    monkeypatch.setattr(FakeDriver, "spawn", spawn)
    server = cluster.made()
    assert len(set(tried)) == 3 and server.host == tried[-1]
    events = dict((a.action, e) for a, e in cluster.api.traces(cluster.context, server.uuid))["create"]
    builds = [e.result for e in events if e.event == "compute__do_build_and_run_instance"]
    assert builds == ["Error", "Error", "Success"]
    assert sum(cluster.usage(host)["vcpus"] for host in cluster.hosts) == 1


@pytest.mark.parametrize("owner, method", [(FakeDriver, "destroy"), (NeutronClient, "deallocate")])
def test_a_build_whose_undo_fails_is_not_given_to_another_host(cluster, monkeypatch, owner, method):
    """Its guest may run there: the step is done again where it was."""
    real_spawn, real_undo, spawned, failed = FakeDriver.spawn, getattr(owner, method), [], []

    def spawn(self, *args):
        real_spawn(self, *args)
        spawned.append(self.host)
        if len(spawned) == 1:
            raise RuntimeError("after its start")

    def undo(self, *args):
        if not failed:
            failed.append(1)
            raise exceptions.ServiceUnavailable("away for a moment")
        return real_undo(self, *args)
    monkeypatch.setattr(FakeDriver, "spawn", spawn)
    monkeypatch.setattr(owner, method, undo)
    cluster.override("workflow", step_lease=0.3)
    server = cluster.made()
    assert failed and spawned == [server.host] * 2 and not cluster.ran_twice(server.uuid)


def test_three_failed_hosts_are_enough(cluster):
    cluster.override("scheduler", max_attempts=2)
    cluster.override("fake", fail_operations=["spawn"])
    server = cluster.made(FAILED)
    assert server.fault.message.startswith("Exceeded maximum number of retries. ") and server.fault.code == 500
    assert server.host is None and server.network_info == ()
    [action] = cluster.api.actions(cluster.context, server.uuid)
    assert (action.state, action.message, len(action.hosts_tried)) == ("failed", "Error", 1)
    assert all(cluster.usage(host)["vcpus"] == 0 for host in cluster.hosts)
    assert cluster.networks.server_ports(cluster.context) == []


def test_no_valid_host(cluster):
    session.transaction(quotas.set_limits)("aaaa", {"cores": -1})
    server = cluster.made(FAILED, flavor=Flavor(flavorid="9", name="huge", vcpus=100000, memory_mb=1, root_gb=1))
    assert server.fault.message == "No valid host was found. There are not enough hosts available."
    assert "ResourceFilter removed 3" in server.fault.details


def test_lost_casts_are_sent_again(cluster, monkeypatch):
    real, lost = rpc.Client.cast, []

    def lossy(self, context, method, **kwargs):
        if method in ("build_instances", "build_and_run_instance", "report") and lost.count(method) == 0:
            lost.append(method)
            return True
        return real(self, context, method, **kwargs)
    monkeypatch.setattr(rpc.Client, "cast", lossy)
    cluster.override("workflow", step_lease=0.3)
    server = cluster.made()
    assert sorted(lost) == ["build_and_run_instance", "build_instances", "report"]
    assert cluster.starts_and_ends(server.uuid) == [(server.host, "starts")]


def test_casts_that_come_twice_are_done_once(cluster, monkeypatch):
    real = rpc.Client.cast

    def twice(self, context, method, **kwargs):
        real(self, context, method, **kwargs)
        return real(self, context, method, **kwargs)
    monkeypatch.setattr(rpc.Client, "cast", twice)
    servers = cluster.wait(cluster.create(5))
    assert [cluster.starts_and_ends(s.uuid) for s in servers] == [[(s.host, "starts")] for s in servers]
    for server in servers:
        cluster.api.delete(cluster.context, server)
    cluster.wait(servers, GONE)


def test_a_late_report_of_an_old_attempt_changes_nothing(cluster, monkeypatch):
    held, real = [], ReportsAPI.report

    def hold(self, context, report):
        if not held:
            held.append((context, report))
            return True
        return real(self, context, report)
    monkeypatch.setattr(ReportsAPI, "report", hold)
    server = cluster.made()                                # by the redelivery
    cluster.api.stop(cluster.context, server)
    [server] = cluster.wait([server], STOPPED)
    cluster.parts("conductor")["engine"].report(*held[0])
    assert cluster.get(server.uuid) == server


def test_orders_are_not_given_up_while_the_broker_is_away(cluster, monkeypatch):
    """More leases pass than a silent host has; the step would be undone if that were the host's fault."""
    server = cluster.made()
    cluster.kill(server.host)
    looks = []

    def away():
        looks.append(1)
        raise exceptions.NovaLiteError("the broker is away")
    with monkeypatch.context() as patch:
        patch.setattr(rpc, "check", away)
        cluster.override("workflow", step_lease=0.1)
        cluster.api.stop(cluster.context, server)
        cluster.mark_down(server.host)                # no heartbeat can come
        wait_for(lambda: len(looks) > 20)             # each a sweep that found the order overdue
        assert cluster.get(server.uuid).task_state == states.POWERING_OFF
        [stop, _create] = cluster.api.actions(cluster.context, server.uuid)
        assert (stop.state, stop.tries) == ("open", 0)
        cluster.override("workflow", step_lease=1)
    cluster.start(server.host)
    cluster.wait([server], STOPPED)


def test_a_silent_host_is_told_of_a_delete_that_did_not_wait_for_it(cluster):
    server = cluster.made()
    cluster.mark_down(server.host)                    # it lives, but was not heard of
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)
    wait_for(lambda: not cluster.guests(server.host))


def test_a_host_that_is_no_more_is_not_chosen_again_and_again(cluster):
    """Its row is gone but the scheduler still knows it, and finds it the best."""
    full, gone, _third = cluster.hosts
    cluster.stop(_third)
    cluster.mark_down(_third)
    cluster.wait(cluster.create(3, force_host=full))                 # the other is the emptier one
    with session.writer() as connection:
        connection.execute(tables.hosts.delete().where(tables.hosts.c.host == gone))
    assert cluster.made().host == full
    cluster.stop(gone)                                               # it registers anew when it starts


def test_no_scheduler_the_order_waits(cluster):
    cluster.stop("scheduler")
    cluster.override("workflow", select_timeout=0.2, step_lease=0.2)
    [server] = cluster.create()
    wait_for(lambda: cluster.api.actions(cluster.context, server.uuid)[0].attempt > 3)
    assert cluster.get(server.uuid).task_state == states.SCHEDULING
    cluster.start("scheduler")
    cluster.wait([server])


def test_orders_wait_for_hosts_that_were_not_heard_of_lately(cluster):
    """After an outage of the broker the orders come before the heartbeats."""
    for host in cluster.hosts:
        cluster.stop(host)
        cluster.mark_down(host)
    cluster.override("workflow", step_lease=0.2)
    [server] = cluster.create()
    wait_for(lambda: cluster.api.actions(cluster.context, server.uuid)[0].attempt > 3)
    assert cluster.get(server.uuid).task_state == states.SCHEDULING
    cluster.start(*cluster.hosts)
    cluster.wait([server])


def test_a_silent_host_is_not_waited_for_longer_than_it_may_be_silent(cluster):
    cluster.override(service_down_time=2)
    cluster.override("workflow", step_lease=0.5)
    for host in cluster.hosts:
        cluster.stop(host)
        cluster.mark_down(host)
    server = cluster.made(FAILED)
    assert "No valid host" in server.fault.message and "ComputeFilter removed 3" in server.fault.details


def test_no_conductor_the_orders_wait(cluster):
    cluster.stop("conductor")
    servers = cluster.create(3)
    cluster.start("conductor")
    cluster.wait(servers)


def test_orders_that_wait_for_a_scheduler_hold_up_nothing_that_hosts_tell(cluster):
    """More of them than a conductor has threads for orders."""
    server = cluster.made()
    cluster.stop("scheduler")
    cluster.override("workflow", select_timeout=120, step_lease=240)
    waiting = [new for _ in range(CONF.executor_thread_pool_size + 6) for new in cluster.create()]
    cluster.api.stop(cluster.context, server)
    cluster.wait([server], STOPPED)
    assert all(cluster.get(new.uuid).task_state == states.SCHEDULING for new in waiting)
    cluster.start("scheduler")
    cluster.wait(waiting)


def test_a_host_that_dies_during_a_build(cluster):
    """Its server ends in ERROR with a fault that names the step; its claim is released."""
    host = cluster.hosts[0]
    cluster.kill(host)
    cluster.override("workflow", step_lease=0.2)
    server = cluster.made(lambda s: s.host == host, force_host=host)
    cluster.override(service_down_time=2)               # not before it is chosen
    [server] = cluster.wait([server], FAILED)
    assert "build_and_run_instance" in server.fault.message and server.host is None
    assert cluster.usage(host)["vcpus"] == 0


def test_a_host_is_not_given_up_before_its_ports_can_be_taken_back(cluster, monkeypatch):
    """It died with them in its hand, and the network service is away."""
    real, tries = NeutronClient.deallocate, []

    def deallocate(self, *args):
        tries.append(1)
        if len(tries) <= 3:
            raise exceptions.ServiceUnavailable("the network service is away")
        real(self, *args)
    [place] = [place for place in all_places() if str(place) == "compute.build_and_run_instance.networked"]
    cluster.override("workflow", step_lease=0.2, step_retries=1)
    request = faults.Request(cluster, "create", step="build_and_run_instance")
    with faults.death(cluster, place) as dead:
        server = request()
        dead(restart=False)
        monkeypatch.setattr(NeutronClient, "deallocate", deallocate)
        cluster.mark_dead(cluster.hosts[0])
        cluster.wait([server], FAILED)
    assert len(tries) == 4
    assert cluster.networks.server_ports(cluster.context) == []


def test_a_host_that_comes_back_destroys_what_it_no_longer_owns(cluster):
    host = cluster.hosts[0]
    servers = cluster.wait(cluster.create(2, force_host=host))
    cluster.kill(host)
    cluster.mark_down(host)
    cluster.api.delete(cluster.context, cluster.get(servers[0].uuid))
    cluster.wait(servers[:1], GONE)
    assert cluster.guests(host) == {s.uuid for s in servers}
    cluster.start(host)
    assert cluster.guests(host) == {servers[1].uuid}


def test_a_restarted_host_goes_on_with_its_open_orders(cluster):
    server = cluster.made()
    cluster.kill(server.host)
    cluster.api.stop(cluster.context, server)
    assert cluster.get(server.uuid).task_state == states.POWERING_OFF
    cluster.start(server.host)
    cluster.wait([server], STOPPED)


def test_a_build_outlasts_the_restart_of_its_host_however_many_leases_that_takes(cluster):
    """What is sent to a host that is away is no try: nothing was begun that could have failed."""
    host = cluster.hosts[0]
    cluster.kill(host)
    cluster.override("workflow", step_lease=0.2)
    [server] = cluster.create(force_host=host)

    def deliveries():
        with session.reader() as connection:
            [action] = actions.open_of_instance(connection, server.uuid)
        return action.attempt
    wait_for(lambda: deliveries() > 8)
    cluster.start(host)
    cluster.wait([server])


@pytest.mark.parametrize("moment", ["at once", "while the host builds"])
def test_delete_during_a_build(cluster, moment):
    cluster.override("fake", spawn_delay=0.5)
    [server] = cluster.create()
    if moment != "at once":
        cluster.wait([server], lambda s: s.host is not None)
    cluster.api.delete(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], GONE)
    wait_for(lambda: not any(cluster.parts(host)["host"].orders.busy(server.uuid) for host in cluster.hosts))
    assert not any(cluster.guests(host) for host in cluster.hosts)


def test_delete_of_a_server_that_never_found_a_host(cluster):
    server = cluster.made(FAILED, force_host="nowhere")
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)


def test_a_delete_cancels_an_order_that_was_committed_while_it_looked(cluster, monkeypatch):
    """MariaDB and PostgreSQL let a transaction look before another one's commit and write after it."""
    server, go_on = cluster.made(), threading.Event()
    real, looks = actions.cancel_open, []

    def look(connection, uuid):
        looks.append(uuid)
        return real(connection, uuid) if len(looks) > 1 else 0
    with failpoints.armed({"compute.stop_instance.begin": go_on.wait}):
        cluster.api.stop(cluster.context, server)
        monkeypatch.setattr(actions, "cancel_open", look)
        cluster.api.delete(cluster.context, server)                  # as it was read before the stop
        found = {action.action: action.state for action in cluster.api.actions(cluster.context, server.uuid)}
        go_on.set()
    assert found == {"delete": "open", "stop": "cancelled", "create": "done"}
    cluster.wait([server], GONE)


@pytest.mark.parametrize("operations", [[], ["spawn"]], ids=["built", "failed"])
def test_a_report_on_a_server_that_was_taken_away_by_hand(cluster, operations):
    """Its order ends, and neither claim nor guest nor port of it stays."""
    def take_away():
        with session.writer() as connection:
            connection.execute(tables.instances.update().where(tables.instances.c.deleted.is_(False)).values(
                vm_state="error", task_state=None, host=None, node=None, history=" claimed healed_build",
                fault={"code": 500, "message": "by hand", "details": "", "created": None}))
    cluster.override("fake", fail_operations=operations)
    with failpoints.armed({"compute.build_and_run_instance.done": take_away}):
        server = cluster.made(FAILED)
        wait_for(lambda: cluster.api.actions(cluster.context, server.uuid)[0].state == "failed")
    assert sum(cluster.usage(host)["vcpus"] for host in cluster.hosts) == 0
    wait_for(lambda: not any(cluster.guests(host) for host in cluster.hosts))


def test_a_delete_that_fails_may_be_repeated(cluster):
    server = cluster.made()
    cluster.override("fake", fail_operations=["destroy"])
    cluster.api.delete(cluster.context, server)
    [server] = cluster.wait([server], FAILED)
    assert server.fault
    cluster.override("fake", fail_operations=[])
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)


def test_delete_twice_is_one_delete(cluster):
    cluster.override("fake", destroy_delay=0.3)
    server = cluster.made()
    cluster.api.delete(cluster.context, server)
    cluster.api.delete(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], GONE)
    with pytest.raises(exceptions.InstanceNotFound):
        cluster.api.delete(cluster.context, server)
    assert [a.action for a in cluster.api.actions(cluster.context, server.uuid)] == ["delete", "create"]


@pytest.mark.parametrize("operation, act, state", [
    ("power_off", "stop", states.ACTIVE), ("power_on", "start", states.STOPPED)])
def test_a_power_action_that_fails_leaves_the_state_and_a_fault(cluster, operation, act, state):
    server = cluster.made()
    if act == "start":
        cluster.api.stop(cluster.context, server)
        [server] = cluster.wait([server], STOPPED)
    cluster.override("fake", fail_operations=[operation])
    getattr(cluster.api, act)(cluster.context, server)
    [server] = cluster.wait([server], IDLE)
    assert server.vm_state == state and server.fault.message == f"The fake driver was told to fail {operation}."


def test_a_guest_that_goes_off_by_itself_is_seen(cluster):
    server = cluster.made()
    cluster.driver(server.host).crash_guest(server.uuid)
    [server] = cluster.wait([server], STOPPED)
    assert server.power_state == states.SHUTDOWN


@pytest.mark.parametrize("moment", ["done", "reported"])
def test_a_guest_that_dies_while_its_build_is_reported(cluster, moment):
    """The order tells what was before, and the event comes while its server still has a task."""
    host, made, dead = cluster.hosts[0], [], threading.Event()

    def die():
        wait_for(lambda: made)
        cluster.driver(host).crash_guest(made[0].uuid)
        dead.set()

    with failpoints.armed({f"compute.build_and_run_instance.{moment}": die}):
        made += cluster.create(force_host=host)
        assert dead.wait(60)
    cluster.wait(made, STOPPED)
    wait_for(lambda: not cluster.parts(host)["host"].changed)


def test_the_guest_of_a_stopped_server_that_runs_is_stopped(cluster):
    server = cluster.made()
    cluster.api.stop(cluster.context, server)
    [server] = cluster.wait([server], STOPPED)
    driver = cluster.driver(server.host)
    driver.power_on(server, ())
    driver._on_lifecycle(LifecycleEvent(server.uuid, states.RUNNING))
    wait_for(lambda: driver.guest(server.uuid).power_state == states.SHUTDOWN)
    cluster.wait([server], STOPPED)


def test_a_host_that_works_extends_its_lease_by_heartbeats(cluster):
    """The step is held until its lease has been given anew four times."""
    cluster.override("workflow", step_lease=3)          # a heartbeat may be late on a machine with other work
    leases = set()

    def hold():
        def extended():
            leases.add(cluster.api.actions(cluster.context, server.uuid)[0].deadline)
            return len(leases) > 4
        wait_for(extended)
    with failpoints.armed({"compute.build_and_run_instance.begin": hold}):
        [server] = cluster.create()
        cluster.wait([server])
    [action] = cluster.api.actions(cluster.context, server.uuid)
    assert action.attempt == 2, "the choice of the host was the first"
    with session.reader() as connection:
        assert actions.overdue(connection) == []


def test_what_a_host_does_after_its_order_was_given_up_is_seen(cluster):
    """It slept over every deadline, and then stops a guest that nobody wants stopped any more."""
    server = cluster.made()
    cluster.override("workflow", step_timeout=1)

    def sleep():
        wait_for(lambda: IDLE(cluster.get(server.uuid)))
    with failpoints.armed({"compute.stop_instance.begin": sleep}):
        cluster.api.stop(cluster.context, server)
        [given_up] = cluster.wait([server], IDLE)
        assert given_up.vm_state == states.ACTIVE and "was not finished" in given_up.fault.message
        cluster.wait([server], STOPPED)


def test_heal_puts_right_what_the_audit_finds(cluster):
    """Rows broken by hand in every way the audit knows; one pass, and it finds nothing."""
    host = cluster.hosts[0]
    servers = cluster.wait(cluster.create(2, force_host=host))
    with session.writer() as connection:
        connection.execute(tables.hosts.update().values(vcpus_used=77))
        connection.execute(tables.quotas.update().values(instances_used=55))
        connection.execute(tables.claims.insert().values(
            instance_uuid="0" * 36, host=host, vcpus=1, memory_mb=1, disk_gb=1,
            created_at=servers[0].created_at))
        connection.execute(tables.instances.update().where(tables.instances.c.uuid == servers[0].uuid).values(
            task_state="powering-off"))
        # as if its delete had been lost after the row was gone
        connection.execute(tables.instances.update().where(tables.instances.c.uuid == servers[1].uuid).values(
            deleted=True, vm_state="deleted", history=" claimed built delete deleted"))
    found = cluster.audit(timeout=0)
    assert len(found) >= 6, found
    assert list(heal.heal(cluster.networks, cluster.context, dry_run=True))
    assert cluster.audit(timeout=0) == found, "a dry run changes nothing"
    list(heal.heal(cluster.networks, cluster.context))
    assert cluster.audit() == []
    assert cluster.guests(host) == {servers[0].uuid}


def test_what_was_done_although_no_report_came_is_seen(cluster, monkeypatch):
    """All reports are lost, and the order with them; the guest is off, and the server says so."""
    cluster.override("workflow", step_retries=1, step_lease=0.2)
    cluster.override(report_interval=1)         # a delivery counts as a try when its host has been heard since
    server = cluster.made()
    monkeypatch.setattr(ReportsAPI, "report", lambda *args: True)
    cluster.api.stop(cluster.context, server)
    [server] = cluster.wait([server], STOPPED)
    assert "was not finished" in server.fault.message


def test_a_delete_waits_for_its_host_until_that_counts_as_down(cluster):
    """However often it was sent again: a host that died a moment ago makes no delete fail."""
    cluster.override("workflow", step_retries=0, step_lease=0.2)
    server = cluster.made()
    cluster.kill(server.host)
    cluster.api.delete(cluster.context, server)
    wait_for(lambda: cluster.api.actions(cluster.context, server.uuid)[0].attempt > 3)
    cluster.mark_dead(server.host)
    cluster.wait([server], GONE)
