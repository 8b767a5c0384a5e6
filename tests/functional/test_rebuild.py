"""Rebuild on the fake driver: one guest before, one after; what fails leaves none of the older attempt."""
import threading

import pytest

from nova_lite import failpoints, states
from nova_lite.compute.api import RebuildRequest
from nova_lite.network import neutron_http
from nova_lite.virt.fake import FakeDriver
from tests.functional.cluster import ACTIVE, FAILED, GONE, STOPPED, wait_for


def rebuild(cluster, server, **changes):
    return cluster.api.rebuild(cluster.context, cluster.get(server.uuid),
                               RebuildRequest(cluster.image.id, "secret", changes))


def test_the_server_is_the_same_and_its_guest_another(cluster, monkeypatch):
    server, told = cluster.made(), []
    real = FakeDriver.spawn
    monkeypatch.setattr(FakeDriver, "spawn", lambda self, *args: (told.append(args), real(self, *args)))
    assert rebuild(cluster, server, display_name="new").task_state is None      # the row of then, as the host has it
    [after] = cluster.wait([server], ACTIVE)
    same = ("uuid", "host", "node", "network_info", "created_at", "hostname")
    assert [getattr(after, name) for name in same] == [getattr(server, name) for name in same]
    assert (after.display_name, after.attempt, after.power_state) == ("new", server.attempt + 1, states.RUNNING)
    assert after.launched_at > server.launched_at
    [(instance, request, _trace)] = told
    assert (instance.display_name, request.admin_password, request.network_info) == ("new", "secret",
                                                                                     server.network_info)
    assert cluster.starts_and_ends(server.uuid) == [(server.host, verb) for verb in ("starts", "ends", "starts")]
    [rebuilt, _create] = cluster.api.traces(cluster.context, server.uuid)[::-1]
    assert "compute_rebuild_instance" in [event.event for event in rebuilt[1]]
    assert cluster.usage(server.host)["running_vms"] == 1


def test_its_ports_are_those_of_now(cluster):
    wanted = cluster.networks.validate(cluster.context, None, ("default",), 1)
    server = cluster.made(requested_networks=wanted * 2)
    first, second = server.network_info
    http = neutron_http.NeutronHTTP()
    http.request(cluster.context, "DELETE", f"ports/{first.id}")
    http.request(cluster.context, "PUT", f"ports/{second.id}", {"port": {"security_groups": []}})
    rebuild(cluster, server)
    [server] = cluster.wait([server], lambda s: ACTIVE(s) and s.attempt == 2)
    [vif] = server.network_info
    assert (vif.id, vif.fixed_ips, vif.security_groups) == (second.id, second.fixed_ips, ())


def test_a_stopped_server_stays_so(cluster):
    server = cluster.made()
    cluster.api.stop(cluster.context, server)
    cluster.wait([server], STOPPED)
    rebuild(cluster, server)
    [server] = cluster.wait([server], lambda s: STOPPED(s) and s.attempt == 2)
    assert server.power_state == states.SHUTDOWN
    assert cluster.starts_and_ends(server.uuid) == [(server.host, "starts"), (server.host, "ends")]
    cluster.api.start(cluster.context, server)
    cluster.wait([server], ACTIVE)


def test_one_that_failed_is_tried_again(cluster):
    server = cluster.made()
    cluster.override("fake", fail_operations=["spawn"])
    rebuild(cluster, server)
    [server] = cluster.wait([server], FAILED)
    assert server.fault.message == "The fake driver was told to fail spawn." and server.host
    assert server.power_state == states.NOSTATE and cluster.driver(server.host).guest(server.uuid) is None
    cluster.override("fake", fail_operations=[])
    rebuild(cluster, server)
    [server] = cluster.wait([server], ACTIVE)
    assert server.fault is None and server.attempt == 3


def test_an_old_guest_that_cannot_be_taken_away_is_when_it_can(cluster):
    """The rebuild has failed; meanwhile nothing takes the guest for the server's."""
    server = cluster.made()
    cluster.override(None, report_interval=1)
    cluster.override("fake", fail_operations=["destroy"])
    rebuild(cluster, server)
    [server] = cluster.wait([server], FAILED)
    driver = cluster.driver(server.host)
    assert driver.guest(server.uuid).attempt == 1
    cluster.override("fake", fail_operations=[])
    wait_for(lambda: driver.guest(server.uuid) is None)


@pytest.mark.parametrize("moment", ["begin", "work"])
def test_a_delete_takes_over(cluster, moment):
    server, go_on, there = cluster.made(), threading.Event(), threading.Event()
    with failpoints.armed({f"compute.rebuild_instance.{moment}": lambda: (there.set(), go_on.wait(60))}):
        rebuild(cluster, server)
        assert there.wait(60)
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
        go_on.set()
        cluster.wait([server], GONE)


def test_a_slow_one_tells_how_far_it_is(cluster):
    server, go_on = cluster.made(), threading.Event()
    cluster.override("compute", progress_after=0)
    real = FakeDriver._set
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeDriver, "_set", lambda *args, **values: (go_on.wait(60), real(*args, **values))[1])
        rebuild(cluster, server)
        cluster.wait([server], lambda s: s.task_state == states.REBUILD_SPAWNING)
        go_on.set()
    cluster.wait([server], ACTIVE)


def test_two_at_once_are_done_one_after_the_other_or_refused(cluster):
    server, refused = cluster.made(), []

    def one():
        try:
            rebuild(cluster, server)
        except Exception as error:
            refused.append(error)
    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cluster.wait([server], lambda s: ACTIVE(s) and s.attempt == 3 - len(refused))
    assert all("while it is in task_state" in str(error) for error in refused)
    assert not cluster.ran_twice(server.uuid)
