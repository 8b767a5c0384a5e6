"""Rescue on the fake driver: from which states, what fails, what takes over."""
import threading

from nova_lite import failpoints, states
from tests.functional.cluster import ACTIVE, FAILED, GONE, RESCUED, STOPPED, wait_for


def rescue(cluster, server):
    cluster.api.rescue(cluster.context, cluster.get(server.uuid), "secret")


def test_a_stopped_server_runs_while_it_is_rescued_and_after_it(cluster):
    server = cluster.made()
    cluster.api.stop(cluster.context, server)
    cluster.wait([server], STOPPED)
    rescue(cluster, server)
    [server] = cluster.wait([server], RESCUED)
    assert server.power_state == states.RUNNING
    cluster.api.unrescue(cluster.context, server)
    cluster.wait([server], ACTIVE)


def test_one_that_could_not_be_rescued_is_started_from_its_own_disk(cluster):
    server = cluster.made()
    cluster.override("fake", fail_operations=["rescue"])
    rescue(cluster, server)
    [server] = cluster.wait([server], FAILED)
    assert server.fault.message == "The fake driver was told to fail rescue."
    cluster.override("fake", fail_operations=[])
    cluster.api.reboot(cluster.context, server, "HARD")
    cluster.wait([server], ACTIVE)


def test_a_hard_reboot_of_one_that_could_not_be_unrescued_is_an_unrescue(cluster):
    server = cluster.made()
    rescue(cluster, server)
    [server] = cluster.wait([server], RESCUED)
    cluster.override("fake", fail_operations=["unrescue"])
    cluster.api.unrescue(cluster.context, server)
    [server] = cluster.wait([server], FAILED)
    driver = cluster.driver(server.host)
    assert driver._guests[server.uuid]["rescued"] == cluster.image.id
    cluster.override("fake", fail_operations=[])
    cluster.api.reboot(cluster.context, server, "HARD")
    cluster.wait([server], ACTIVE)
    assert driver._guests[server.uuid]["rescued"] is None


def test_a_rescued_guest_that_goes_off_is_shown_off_and_stays_rescued(cluster):
    server = cluster.made()
    rescue(cluster, server)
    cluster.wait([server], RESCUED)
    cluster.driver(server.host).crash_guest(server.uuid)
    cluster.wait([server], lambda s: RESCUED(s) and s.power_state == states.SHUTDOWN)
    cluster.api.unrescue(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], ACTIVE)


def test_a_delete_takes_over(cluster):
    server, go_on, there = cluster.made(), threading.Event(), threading.Event()
    with failpoints.armed({"compute.rescue_instance.work": lambda: (there.set(), go_on.wait(60))}):
        rescue(cluster, server)
        assert there.wait(60)
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
        go_on.set()
        cluster.wait([server], GONE)
    wait_for(lambda: not cluster.guests(server.host))
