"""Resize and cold migrate: what two hosts hold meanwhile, what is left at the end, and the ways back."""
import datetime

import pytest

from nova_lite import exceptions, failpoints, states
from nova_lite.db import move_holds, moves, quotas, server_groups, session, tables
from nova_lite.models import Flavor
from nova_lite.models.quota import Usage
from nova_lite.models.server_group import ANTI_AFFINITY, ServerGroup
from tests.functional import killing
from tests.functional.cluster import ACTIVE, FAILED, GONE, PROJECT, RESIZED, STOPPED, wait_for
from tests.functional.faults import fail, first

CLUSTER = {"lease": 0.3, "retries": 100}
NOTHING = {"vcpus": 0, "memory_mb": 0, "local_gb": 0, "running_vms": 0}


def holds(flavor):
    return {"vcpus": flavor.vcpus, "memory_mb": flavor.memory_mb, "local_gb": flavor.disk_gb, "running_vms": 1}


def used() -> Usage:
    with session.reader() as connection:
        return quotas.get(connection, PROJECT).used


def newest_move():
    with session.reader() as connection:
        return moves.listed(connection, moves.Filters())[0]


@pytest.fixture
def flavor(cluster):
    """Larger than the servers' own."""
    return cluster.api.flavor(cluster.context, "3")


def resized(cluster, flavor, **values):
    """(the server, the host it came from)."""
    server = cluster.made(**values)
    cluster.api.resize(cluster.context, server, flavor)
    [moved] = cluster.wait([server], RESIZED)
    return moved, server.host


def ports_are_on(cluster, server, host):
    return {port.host for port in cluster.networks.server_ports(cluster.context)
            if port.instance_uuid == server.uuid} == {host}


def old_disks(cluster, host):
    return set(cluster.driver(host).old_disks())


def test_both_hosts_hold_the_server_until_it_is_confirmed(cluster, flavor):
    server, source = resized(cluster, flavor)
    assert server.host != source and server.flavor.flavorid == "3"
    assert cluster.usage(source) == holds(cluster.flavor) and cluster.usage(server.host) == holds(flavor)
    assert used() == Usage(1, flavor.vcpus, flavor.memory_mb)
    assert old_disks(cluster, source) == {server.uuid} and cluster.guests(source) == set()
    assert ports_are_on(cluster, server, server.host)
    assert newest_move().status == "finished"
    cluster.api.confirm_resize(cluster.context, server)
    [server] = cluster.wait([server], ACTIVE)
    assert cluster.usage(source) == NOTHING and cluster.usage(server.host) == holds(flavor)
    assert old_disks(cluster, source) == set()
    assert newest_move().status == "confirmed"
    assert [action.action for action in cluster.api.actions(cluster.context, server.uuid)] == [
        "confirmResize", "resize", "create"]


def test_a_revert_gives_back_what_the_larger_flavor_took(cluster, flavor):
    server, source = resized(cluster, flavor)
    there, addresses = server.host, server.network_info
    cluster.api.revert_resize(cluster.context, server)
    [server] = cluster.wait([server], ACTIVE)
    assert (server.host, server.flavor, server.network_info) == (source, cluster.flavor, addresses)
    assert cluster.usage(source) == holds(cluster.flavor) and cluster.usage(there) == NOTHING
    assert used() == Usage(1, cluster.flavor.vcpus, cluster.flavor.memory_mb)
    assert ports_are_on(cluster, server, source)
    assert newest_move().status == "reverted"


def test_the_larger_flavor_counts_until_a_smaller_one_is_confirmed(cluster, flavor):
    small = Flavor("s", "s", flavor.vcpus, 64, flavor.root_gb)
    server = cluster.made(flavor=flavor)
    cluster.api.resize(cluster.context, server, small)
    [server] = cluster.wait([server], RESIZED)
    assert used().ram == flavor.memory_mb
    cluster.api.confirm_resize(cluster.context, server)
    cluster.wait([server], ACTIVE)
    assert used().ram == 64


def test_what_does_not_fit_the_quota_changes_nothing(cluster):
    server = cluster.made()
    with pytest.raises(exceptions.TooManyInstances):
        cluster.api.resize(cluster.context, server, Flavor("h", "h", 1, 2_000_000, 1))
    assert cluster.get(server.uuid).task_state is None and used().ram == cluster.flavor.memory_mb


def test_a_stopped_server_stays_stopped(cluster, flavor):
    server = cluster.made()
    cluster.api.stop(cluster.context, server)
    [server] = cluster.wait([server], STOPPED)
    for end, verb in (("confirm", cluster.api.confirm_resize), ("revert", cluster.api.revert_resize)):
        cluster.api.migrate(cluster.context, server)
        [server] = cluster.wait([server], RESIZED)
        verb(cluster.context, server)
        [server] = cluster.wait([server], STOPPED)
        assert cluster.driver(server.host).guest(server.uuid).power_state == states.SHUTDOWN, end
    assert cluster.starts_and_ends(server.uuid)[-1][1] == "ends"


def test_a_guest_that_went_off_meanwhile_is_confirmed_as_stopped(cluster, flavor):
    server, _source = resized(cluster, flavor)
    cluster.driver(server.host).crash_guest(server.uuid)
    wait_for(lambda: cluster.get(server.uuid).power_state == states.SHUTDOWN)
    cluster.api.confirm_resize(cluster.context, server)
    cluster.wait([server], STOPPED)


@pytest.mark.parametrize("verb", ["confirm", "revert"])
def test_on_one_host(cluster, flavor, verb):
    """Its resources are claimed twice; the guests of before and after are one after the other."""
    cluster.override(allow_resize_to_same_host=True)
    server = cluster.made(force_host=cluster.hosts[0])
    with session.writer() as connection:
        connection.execute(tables.services.update().where(tables.services.c.host.in_(cluster.hosts[1:])).values(
            disabled=True))
    cluster.refresh()
    cluster.api.resize(cluster.context, server, flavor)
    [server] = cluster.wait([server], RESIZED)
    one, other = holds(cluster.flavor), holds(flavor)
    assert cluster.usage(server.host) == {name: one[name] + other[name] for name in one}
    getattr(cluster.api, f"{verb}_resize")(cluster.context, server)
    [server] = cluster.wait([server], ACTIVE)
    assert cluster.usage(server.host) == (other if verb == "confirm" else one)
    assert old_disks(cluster, server.host) == set() and not cluster.ran_twice(server.uuid)


def test_who_asks_for_another_host_gets_one_if_there_is_one(cluster):
    cluster.override(allow_resize_to_same_host=True)
    server = cluster.made(force_host=cluster.hosts[0])
    cluster.create(12, force_host=cluster.hosts[1])
    cluster.create(12, force_host=cluster.hosts[2])
    cluster.wait(cluster.servers(), ACTIVE)
    cluster.api.migrate(cluster.context, server)
    [server] = cluster.wait([server], RESIZED)
    assert server.host != cluster.hosts[0], "though it is the emptiest"


def test_members_of_a_group_stay_apart_at_both_ends(cluster):
    with session.writer() as connection:
        group = server_groups.create(connection, ServerGroup("", PROJECT, "u1", "apart", ANTI_AFFINITY))
    hints = {"scheduler_hints": {"group": group.uuid}}
    first, second = cluster.wait([*cluster.create(**hints), *cluster.create(**hints)], ACTIVE)
    [free] = set(cluster.hosts) - {first.host, second.host}
    cluster.api.migrate(cluster.context, first)
    [first_moved] = cluster.wait([first], RESIZED)
    assert first_moved.host == free
    cluster.made(FAILED, **hints)                   # the host that it left may be needed again
    cluster.api.confirm_resize(cluster.context, first_moved)
    cluster.wait([first], ACTIVE)
    assert cluster.made(**hints).host == first.host
    with session.writer() as connection:
        server_groups.delete(connection, group.uuid, PROJECT)


def test_alone_on_its_host_it_goes_nowhere(cluster):
    """Without allow_resize_to_same_host."""
    server = cluster.made(force_host=cluster.hosts[0])
    with session.writer() as connection:
        connection.execute(tables.services.update().where(tables.services.c.host.in_(cluster.hosts[1:])).values(
            disabled=True))
    cluster.refresh()
    cluster.api.migrate(cluster.context, server)
    [server] = cluster.wait([server], ACTIVE)
    assert server.fault.message.startswith("No valid host was found. ")
    assert newest_move().status == "error"


def test_a_smaller_disk_is_refused_and_nothing_has_happened(cluster, flavor):
    server = cluster.made(flavor=flavor)
    cluster.api.resize(cluster.context, server, cluster.api.flavor(cluster.context, "2"))
    [after] = cluster.wait([server], ACTIVE)
    assert after.fault.message == "Resize error: Unable to resize disk down."
    assert (after.host, after.flavor, after.attempt) == (server.host, flavor, server.attempt)
    assert [verb for _host, verb in cluster.starts_and_ends(server.uuid)] == ["starts"]


def test_of_hosts_that_refuse_it_another_is_tried(cluster, flavor):
    server = cluster.made()
    with failpoints.armed({"compute.prep_resize.work": first(fail)}):
        cluster.api.resize(cluster.context, server, flavor)
        cluster.wait([server], RESIZED)
    [action, _create] = cluster.api.actions(cluster.context, server.uuid)
    assert len(action.hosts_tried) == 1 and action.state == "done"


def test_a_silent_host_may_run_the_guest_so_nobody_else_starts_it(cluster):
    """Both ends are kept, until it is heard again: then the old host takes the server back."""
    source, there = cluster.hosts[:2]
    server, keeper = cluster.made(force_host=source), cluster.parts("conductor")["keeper"]
    parts = cluster.parts(there)

    def falls_silent():
        killing.kill(parts)
        cluster.mark_down(there)
    with failpoints.armed({"conductor.finish_resize.sent": first(falls_silent)}):
        cluster.api.migrate(cluster.context, server, there)
        [failed] = cluster.wait([server], FAILED)
    assert failed.host == there and ports_are_on(cluster, server, there)
    assert old_disks(cluster, source) == {server.uuid} and cluster.guests(source) == set()
    assert keeper.look() == 0
    cluster.stop(there)
    cluster.recover()
    keeper.look()
    [server] = cluster.wait([server], ACTIVE)
    assert server.host == source and not cluster.ran_twice(server.uuid)
    assert newest_move().status == "reverted"


def test_a_deleted_server_leaves_no_old_disks(cluster, flavor):
    server, source = resized(cluster, flavor)
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)
    wait_for(lambda: not old_disks(cluster, source))
    assert used() == Usage() and newest_move().status == "confirmed"
    assert cluster.audit() == []


def test_a_host_that_was_away_forgets_old_disks_that_nobody_needs(cluster, flavor):
    server, source = resized(cluster, flavor)
    cluster.kill(source)
    cluster.mark_dead(source)
    cluster.api.confirm_resize(cluster.context, server)
    cluster.wait([server], ACTIVE)
    cluster.recover()
    assert old_disks(cluster, source) == set()


def test_what_neither_host_could_do_ends_in_error_with_the_disks_at_home(cluster, flavor):
    server = cluster.made()
    with failpoints.armed({"compute.finish_resize.work": fail, "compute.finish_revert_resize.work": fail}):
        cluster.api.resize(cluster.context, server, flavor)
        [failed] = cluster.wait([server], FAILED)
    assert (failed.host, failed.flavor) == (server.host, cluster.flavor)
    wait_for(lambda: not old_disks(cluster, server.host))           # they are the server's again
    assert cluster.audit() == []
    cluster.api.reboot(cluster.context, failed, "HARD")
    cluster.wait([server], ACTIVE)


def test_resizes_are_confirmed_after_the_window(cluster, flavor):
    server, source = resized(cluster, flavor)
    keeper = cluster.parts("conductor")["keeper"]
    assert keeper.look() == 0
    cluster.override(resize_confirm_window=3600)
    assert keeper.look() == 0
    with session.writer() as connection:
        connection.execute(tables.migrations.update().values(
            updated_at=newest_move().updated_at - datetime.timedelta(hours=2)))
    keeper.look()                   # or its own thread was faster
    cluster.wait([server], ACTIVE)
    assert newest_move().status == "confirmed"


def test_a_move_that_ended_badly_is_closed_when_its_server_is_well(cluster, flavor):
    server, source = resized(cluster, flavor)
    keeper = cluster.parts("conductor")["keeper"]
    with failpoints.armed({"compute.revert_resize.work": fail}):
        cluster.api.revert_resize(cluster.context, server)
        [server] = cluster.wait([server], FAILED)
    assert keeper.look() == 0 and old_disks(cluster, source) == {server.uuid}
    cluster.api.reboot(cluster.context, server, "HARD")
    [server] = cluster.wait([server], ACTIVE)
    keeper.look()
    wait_for(lambda: not old_disks(cluster, source))
    assert cluster.usage(source) == NOTHING and used() == Usage(1, flavor.vcpus, flavor.memory_mb)


def test_a_server_that_is_reset_gives_back_what_its_move_held(cluster, flavor):
    server, source = resized(cluster, flavor)
    cluster.api.reset_state(cluster.context, server, "active")
    cluster.parts("conductor")["keeper"].look()
    wait_for(lambda: not old_disks(cluster, source))
    assert newest_move().status == "confirmed" and cluster.usage(source) == NOTHING


def test_a_move_begins_on_a_well_server_with_an_old_move_open(cluster, flavor):
    """Nobody has closed that yet."""
    server, _source = resized(cluster, flavor)
    with failpoints.armed({"compute.revert_resize.work": fail}):
        cluster.api.revert_resize(cluster.context, server)
        [server] = cluster.wait([server], FAILED)
    cluster.api.reboot(cluster.context, server, "HARD")
    [server] = cluster.wait([server], ACTIVE)
    cluster.api.migrate(cluster.context, server)
    [server] = cluster.wait([server], RESIZED)
    assert move_holds.kept_end(server, newest_move()) == "new"
    cluster.api.confirm_resize(cluster.context, server)
    cluster.wait([server], ACTIVE)
