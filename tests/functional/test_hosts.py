"""Compute hosts that die, are cut off and come back: no server runs twice, nothing starts that nobody asked for."""
import datetime
import threading

import pytest

from nova_lite import states
from nova_lite.compute import fence
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.context import admin_context
from nova_lite.db import services, session, tables
from nova_lite.models import Order
from nova_lite.trace import now
from nova_lite.virt.fake import FakeDriver
from tests.functional.cluster import ACTIVE, FAILED, GONE, STOPPED, wait_for

STARTS, ENDS = "starts", "ends"


def service(host):
    with session.reader() as connection:
        return services.get_by_host(connection, host)


def history(cluster, server) -> list[str]:
    """What the server's guests did, on all hosts."""
    return [verb for _host, verb in cluster.starts_and_ends(server.uuid)]


def deleted(cluster, server) -> None:
    cluster.api.delete(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], GONE)


# -- the service dies --------------------------------------------------------------------------------
def test_guests_that_live_are_adopted(cluster):
    server = cluster.made()
    cluster.kill(server.host)
    cluster.start(server.host)
    assert cluster.get(server.uuid) == server and history(cluster, server) == [STARTS]
    cluster.api.stop(cluster.context, server)
    cluster.wait([server], STOPPED)


@pytest.mark.parametrize("became", [states.SHUTDOWN, None], ids=["off", "gone"])
def test_guests_that_died_meanwhile_are_seen(cluster, became):
    died = cluster.made()
    lives = cluster.made(force_host=died.host)
    cluster.kill(died.host)
    cluster.rewrite(died.host, died.uuid, became)
    cluster.start(died.host)
    cluster.wait([died], STOPPED)
    assert ACTIVE(cluster.get(lives.uuid))
    assert history(cluster, died) == [STARTS, ENDS], "nobody asked for another start"
    deleted(cluster, died)                          # the audit would tell of a guest that is gone


def test_guests_that_died_meanwhile_run_again_when_the_operator_wants_it(cluster):
    cluster.override(resume_guests_state_on_host_boot=True)
    died = cluster.made()
    stopped = cluster.made(force_host=died.host)
    cluster.api.stop(cluster.context, stopped)
    cluster.wait([stopped], STOPPED)
    cluster.kill(died.host)
    cluster.rewrite(died.host, died.uuid, states.SHUTDOWN)
    cluster.start(died.host)
    assert history(cluster, died) == [STARTS, ENDS, STARTS] and history(cluster, stopped) == [STARTS, ENDS]
    assert ACTIVE(cluster.get(died.uuid)) and STOPPED(cluster.get(stopped.uuid))


def test_a_guest_that_does_not_start_again_is_seen_as_off(cluster):
    cluster.override(resume_guests_state_on_host_boot=True)
    server = cluster.made()
    cluster.kill(server.host)
    cluster.rewrite(server.host, server.uuid, states.SHUTDOWN)
    cluster.override("fake", fail_operations=["reboot"])
    cluster.start(server.host)
    cluster.wait([server], STOPPED)


# -- the host is cut off, its service runs on ---------------------------------------------------------
def test_a_host_that_was_cut_off_gives_up_what_it_no_longer_owns_without_a_restart(cluster):
    cluster.override(report_interval=1)
    deleted = cluster.made()
    kept, host = cluster.made(force_host=deleted.host), deleted.host
    with cluster.cut_off(host):
        wait_for(cluster.parts(host)["host"].unheard.is_set)
        cluster.mark_down(host)
        cluster.api.delete(cluster.context, cluster.get(deleted.uuid))
        cluster.wait([deleted], GONE)
        assert cluster.guests(host) == {deleted.uuid, kept.uuid}
    wait_for(lambda: cluster.guests(host) == {kept.uuid})


def test_a_host_that_was_frozen_gives_up_what_it_no_longer_owns(cluster):
    """It noticed nothing itself: the conductor tells it when it is heard again."""
    server = cluster.made()
    mine = cluster.parts(server.host)["host"]
    with cluster.cut_off(server.host):
        cluster.mark_down(server.host)
        cluster.api.delete(cluster.context, server)
        cluster.wait([server], GONE)
    assert not mine.unheard.is_set() and cluster.guests(server.host) == {server.uuid}
    mine.conductor.heartbeat(admin_context(), server.host, [], {})
    wait_for(lambda: cluster.guests(server.host) == set())


def test_a_report_that_was_lost_is_followed_by_a_comparison(cluster):
    """The order was given up meanwhile; the guest that was built for it is nobody's."""
    cluster.override("fake", spawn_delay=1.5)
    cluster.override(report_interval=1, service_down_time=3)
    server = cluster.made(lambda s: s.host is not None)
    wait_for(lambda: cluster.parts(server.host)["host"].orders.busy(server.uuid))
    with cluster.cut_off(server.host):
        cluster.wait([server], FAILED)
        wait_for(lambda: cluster.guests(server.host) == {server.uuid})
    wait_for(lambda: cluster.guests(server.host) == set())


# -- attempts -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("step, kwargs", [
    ("build_and_run_instance", {"admin_password": None, "injected_files": {}}), ("stop_instance", {}),
    ("reboot_instance", {}), ("terminate_instance", {})])
def test_an_order_of_an_old_attempt_touches_nothing(cluster, step, kwargs, monkeypatch):
    server, done = cluster.made(), []
    ports = cluster.networks.server_ports(cluster.context)
    book = cluster.parts(server.host)["host"].orders
    real = book.finish
    monkeypatch.setattr(book, "finish", lambda order, report: done.append(report) or real(order, report))
    ComputeAPI().step(admin_context(), Order(4711, server.uuid, "x", step, 1), server.replace(attempt=0), **kwargs)
    wait_for(lambda: done == [None])
    assert history(cluster, server) == [STARTS]
    assert cluster.networks.server_ports(cluster.context) == ports


def test_the_guest_of_an_old_attempt_is_not_started(cluster):
    """An order for a newer placement, whose guest is not there."""
    server = cluster.made()
    cluster.api.stop(cluster.context, server)
    cluster.wait([server], STOPPED)
    with session.writer() as connection:
        connection.execute(tables.instances.update().values(attempt=2))
    cluster.api.start(cluster.context, cluster.get(server.uuid))
    [server] = cluster.wait([server], STOPPED)
    assert "could not be found" in server.fault.message and history(cluster, server) == [STARTS, ENDS]
    deleted(cluster, server)


# -- self-fencing -----------------------------------------------------------------------------------------
@pytest.fixture
def fencing(cluster):
    """Hosts that stop their guests 3 s after nobody heard them."""
    cluster.stop(*cluster.hosts)
    cluster.override("compute", fence_after=3)
    cluster.start(*cluster.hosts)
    yield cluster
    cluster.stop(*cluster.hosts)


def test_a_host_that_is_not_heard_stops_its_guests(fencing):
    stopped = fencing.made()
    host = stopped.host
    started, other = fencing.made(force_host=host), fencing.made(
        force_host=next(name for name in fencing.hosts if name != host))
    with fencing.cut_off(host):
        wait_for(lambda: fencing.guests(host) == set())
        fencing.api.stop(fencing.context, fencing.get(stopped.uuid))        # nobody can tell it
    # heard again: what was asked for is done, nothing is started, the truth is told
    fencing.wait([stopped, started], STOPPED)
    assert history(fencing, stopped) == history(fencing, started) == [STARTS, ENDS]
    assert history(fencing, other) == [STARTS]
    fencing.api.start(fencing.context, fencing.get(started.uuid))
    fencing.wait([started])


def test_its_guests_run_again_when_the_operator_wants_it(fencing):
    fencing.override(resume_guests_state_on_host_boot=True)
    kept = fencing.made()
    deleted, host = fencing.made(force_host=kept.host), kept.host
    with fencing.cut_off(host):
        wait_for(lambda: fencing.guests(host) == set())
        fencing.mark_down(host)
        fencing.api.delete(fencing.context, fencing.get(deleted.uuid))
        fencing.wait([deleted], GONE)
    wait_for(lambda: fencing.guests(host) == {kept.uuid})
    assert history(fencing, deleted) == [STARTS, ENDS] and ACTIVE(fencing.get(kept.uuid))


def test_a_build_on_a_host_that_fences_itself_goes_to_another(fencing, monkeypatch):
    """Its work ends long after that of the other, and its guest never starts."""
    server, real = None, FakeDriver.spawn

    def spawn(driver, instance, request, trace):
        if driver.host == server.host:
            wait_for(lambda: ACTIVE(fencing.get(instance.uuid)))
        real(driver, instance, request, trace)
    monkeypatch.setattr(FakeDriver, "spawn", lambda *args: wait_for(lambda: server) and spawn(*args))
    server = fencing.made(lambda s: s.host is not None)
    with fencing.cut_off(server.host):
        [after] = fencing.wait([server])
        assert after.host != server.host and after.fault is None
        wait_for(lambda: not fencing.parts(server.host)["host"].orders.open())
    assert fencing.starts_and_ends(server.uuid) == [(after.host, STARTS)]
    assert [port.host for port in fencing.networks.server_ports(fencing.context)] == [after.host]


def test_a_build_on_a_host_that_an_operator_has_fenced_goes_to_another(cluster, monkeypatch):
    first, real = [], FakeDriver.spawn

    def spawn(driver, instance, request, trace):
        first.append(driver.host)
        if driver.host == first[0]:
            wait_for(lambda: ACTIVE(cluster.get(instance.uuid)))
            raise RuntimeError("its plug was pulled")
        real(driver, instance, request, trace)
    monkeypatch.setattr(FakeDriver, "spawn", spawn)
    server = cluster.made(lambda s: s.host is not None)
    wait_for(lambda: first)
    with cluster.cut_off(server.host):
        session.transaction(services.update)(service(server.host).id, forced_down=True)
        [after] = cluster.wait([server])
        assert after.host != server.host == first[0]
        wait_for(lambda: not cluster.parts(server.host)["host"].orders.open())
    assert [port.host for port in cluster.networks.server_ports(cluster.context)] == [after.host]


def test_a_stop_in_order_is_not_a_silence(fencing):
    server = fencing.made()
    assert service(server.host).fence_after == 3 and fence.read(server.host).end
    fencing.stop(server.host)
    assert service(server.host).fence_after == 0 and fence.read(server.host).end is None
    fencing.start(server.host)
    assert service(server.host).fence_after == 3 and history(fencing, server) == [STARTS]


def test_a_service_that_died_keeps_its_promise_when_it_is_started_again(fencing):
    """No conductor is there to hear it, and its option was changed: the lease goes on as if it had not died."""
    server = fencing.made()
    fencing.kill(server.host)
    fencing.stop("conductor")
    fencing.override("compute", fence_after=0)
    threading.Thread(target=fencing.start, args=(server.host,), daemon=True).start()
    wait_for(lambda: history(fencing, server) == [STARTS, ENDS])
    fencing.start("conductor")
    fencing.wait([server], STOPPED)
    wait_for(lambda: service(server.host).fence_after == 0 and fence.read(server.host).end is None)


@pytest.mark.parametrize("promise, silent, forced, expected", [
    (0, 0, False, services.UP), (0, 50, False, services.UP), (0, 76, False, services.DOWN),
    (0, 0, True, services.FENCED), (60, 0, False, services.UP), (60, 21, False, services.FENCING),
    (60, 79, False, services.FENCING), (60, 81, False, services.FENCED), (600, 100, False, services.FENCING),
    (60, -1000, False, services.DOWN)])
def test_what_a_silent_host_is(cluster, promise, silent, forced, expected):
    cluster.override("workflow", step_lease=20)
    cluster.override(service_down_time=75)
    with session.writer() as connection:
        services.register(connection, "nova-compute", "h9", "compute", promise)
        connection.execute(tables.services.update().where(tables.services.c.host == "h9").values(
            forced_down=forced, last_seen_up=now() - datetime.timedelta(seconds=silent)))
        assert services.fate(connection, "h9") == expected
        assert services.fate(connection, "unknown") == services.DOWN
        connection.execute(tables.services.delete().where(tables.services.c.host == "h9"))
