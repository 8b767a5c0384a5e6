"""os-resetState of servers that hosts work on, and of those that are not what is said."""
import threading

from nova_lite import failpoints, states
from tests.functional.cluster import ACTIVE, FAILED, GONE, STOPPED, wait_for


def test_a_stop_that_hangs_is_called_off(cluster):
    """What the host does after all is seen: its guest is off, so its server is."""
    server, go_on = cluster.made(), threading.Event()
    with failpoints.armed({"compute.stop_instance.begin": lambda: go_on.wait(60)}):
        cluster.api.stop(cluster.context, server)
        cluster.api.reset_state(cluster.context, server, states.ACTIVE)
        [server] = cluster.wait([server], ACTIVE)
        go_on.set()
        cluster.wait([server], STOPPED)
    assert [(a.action, a.state) for a in cluster.api.actions(cluster.context, server.uuid)] == [
        ("resetState", "done"), ("stop", "cancelled"), ("create", "done")]


def test_who_is_said_to_be_active_and_is_off_is_stopped(cluster):
    server = cluster.made()
    cluster.api.stop(cluster.context, server)
    [server] = cluster.wait([server], STOPPED)
    cluster.api.reset_state(cluster.context, server, states.ACTIVE)
    cluster.wait([server], STOPPED)
    assert cluster.guests(server.host) == set()
    cluster.api.start(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], ACTIVE)


def test_a_server_in_error_is_active_again_when_its_guest_runs(cluster):
    server = cluster.made()
    cluster.api.reset_state(cluster.context, server, states.ERROR)
    cluster.wait([server], FAILED)
    cluster.api.reset_state(cluster.context, server, states.ACTIVE)
    cluster.wait([server], ACTIVE)
    wait_for(lambda: not cluster.is_worked_on(server))
    assert cluster.starts_and_ends(server.uuid) == [(server.host, "starts")]


def test_a_build_that_is_reset_is_called_off(cluster):
    """Nobody builds it any more; it is there to be deleted."""
    go_on = threading.Event()
    with failpoints.armed({"conductor.schedule.begin": lambda: go_on.wait(60)}):
        [server] = cluster.create()
        cluster.api.reset_state(cluster.context, server, states.ERROR)
        go_on.set()
        [server] = cluster.wait([server], FAILED)
    assert server.host is None and not any(cluster.usage(host)["vcpus"] for host in cluster.hosts)
    cluster.api.force_delete(cluster.context, server)
    cluster.wait([server], GONE)


def test_a_forced_delete_takes_over_from_one_that_hangs(cluster):
    server, go_on = cluster.made(), threading.Event()
    with failpoints.armed({"compute.stop_instance.begin": lambda: go_on.wait(60)}):
        cluster.api.stop(cluster.context, server)
        cluster.api.force_delete(cluster.context, cluster.get(server.uuid))
        go_on.set()
        cluster.wait([server], GONE)
