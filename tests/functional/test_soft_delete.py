"""Soft delete, restore and reclaim: what is kept, what counts, and who wins.

The ``cluster`` fixture asks the audit after each test: quotas are what the servers that count add up to.
"""
import datetime
import threading

import pytest

from nova_lite import exceptions, failpoints, heal, states
from nova_lite.conductor import reclaim
from nova_lite.db import actions, quotas, session, tables
from tests.functional.cluster import ACTIVE, FAILED, GONE, PROJECT, RESIZED, SOFT_DELETED, STOPPED


@pytest.fixture
def kept(cluster):
    """The cluster, where deleted servers are kept."""
    cluster.override(None, reclaim_instance_interval=3600)
    return cluster


def soft_deleted(cluster, **values):
    server = cluster.made(**values)
    cluster.api.delete(cluster.context, server)
    return cluster.wait([server], SOFT_DELETED)[0]


def counted() -> int:
    with session.reader() as connection:
        return quotas.get(connection, PROJECT).used.instances


def long_ago(server) -> None:
    with session.writer() as connection:
        connection.execute(tables.instances.update().where(tables.instances.c.uuid == server.uuid).values(
            deleted_at=datetime.datetime(2026, 1, 1)))


def reclaimed(cluster) -> int:
    return reclaim.reclaim(cluster.parts("conductor")["engine"])


def test_there_and_back(kept):
    server = soft_deleted(kept)
    assert server.power_state == states.SHUTDOWN and server.deleted_at and not server.deleted
    assert kept.guests(server.host) == set() and counted() == 0
    assert kept.usage(server.host)["running_vms"] == 1, "its place is kept too"
    kept.api.delete(kept.context, server)
    assert [a.action for a in kept.api.actions(kept.context, server.uuid)] == ["delete", "create"], "that is done"
    kept.api.restore(kept.context, server)
    [server] = kept.wait([server], ACTIVE)
    assert (server.power_state, server.deleted_at, counted()) == (states.RUNNING, None, 1)
    assert [a.action for a in kept.api.actions(kept.context, server.uuid)] == ["restore", "delete", "create"]


def test_who_does_not_fit_any_more_is_not_restored(kept):
    server = soft_deleted(kept)
    session.transaction(quotas.set_limits)(PROJECT, {"instances": 1})
    kept.made()
    with pytest.raises(exceptions.TooManyInstances):
        kept.api.restore(kept.context, server)
    session.transaction(quotas.delete_limits)(PROJECT)
    assert SOFT_DELETED(kept.get(server.uuid)) and counted() == 1


def test_a_restore_that_fails_counts_no_more(kept):
    server = soft_deleted(kept)
    kept.override("fake", fail_operations=["reboot"])
    kept.api.restore(kept.context, server)
    kept.wait([server], lambda s: SOFT_DELETED(s) and s.fault)
    assert counted() == 0


def test_it_is_reclaimed_once_and_not_before_its_time(kept):
    server, young = soft_deleted(kept), soft_deleted(kept)
    assert reclaimed(kept) == 0
    long_ago(server)
    found, at_once = [], threading.Barrier(3)
    threads = [threading.Thread(target=lambda: (at_once.wait(), found.append(reclaimed(kept)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) <= 1, "the conductor's own look may have been first"
    kept.wait([server], GONE)
    with session.reader() as connection:
        assert [a.action for a in actions.of_instance(connection, server.uuid)] == ["delete", "delete", "create"]
    assert SOFT_DELETED(kept.get(young.uuid))


def test_one_that_cannot_be_reclaimed_is_tried_again(kept):
    server = soft_deleted(kept)
    kept.override("fake", fail_operations=["destroy"])
    long_ago(server)
    reclaimed(kept)
    kept.wait([server], lambda s: SOFT_DELETED(s) and s.fault)
    assert counted() == 0
    kept.override("fake", fail_operations=[])
    reclaimed(kept)
    kept.wait([server], GONE)


def test_nothing_is_reclaimed_where_nothing_is_kept(kept):
    server = soft_deleted(kept)
    long_ago(server)
    kept.override(None, reclaim_instance_interval=0)
    assert reclaimed(kept) == 0 and SOFT_DELETED(kept.get(server.uuid))


def test_a_forced_delete_of_what_is_kept_and_of_what_is_on_its_way(kept):
    server, other = soft_deleted(kept), kept.made()
    kept.api.force_delete(kept.context, server)
    go_on = threading.Event()
    with failpoints.armed({"compute.soft_delete_instance.begin": lambda: go_on.wait(60)}):
        kept.api.delete(kept.context, other)
        kept.api.delete(kept.context, kept.get(other.uuid))
        assert kept.get(other.uuid).task_state == states.SOFT_DELETING
        kept.api.force_delete(kept.context, kept.get(other.uuid))
        go_on.set()
        kept.wait([server, other], GONE)
    assert counted() == 0


def test_a_delete_takes_over_from_a_restore(kept):
    server, go_on = soft_deleted(kept), threading.Event()
    with failpoints.armed({"compute.restore_instance.begin": lambda: go_on.wait(60)}):
        kept.api.restore(kept.context, server)
        assert counted() == 1
        kept.api.delete(kept.context, kept.get(server.uuid))
        assert counted() == 0
        go_on.set()
        [server] = kept.wait([server], SOFT_DELETED)
    assert server.power_state == states.SHUTDOWN


def test_what_nobody_could_restore_is_deleted_at_once(kept):
    """It was never launched, or its host is down."""
    never, go_on = [], threading.Event()
    with failpoints.armed({"compute.build_and_run_instance.begin": lambda: go_on.wait(60)}):
        never += kept.create()
        kept.api.delete(kept.context, kept.get(never[0].uuid))
        go_on.set()
        kept.wait(never, GONE)
    failed, on_a_dead_host = kept.made(FAILED, force_host="nowhere"), kept.made(force_host=kept.hosts[0])
    kept.kill(kept.hosts[0])
    kept.mark_dead(kept.hosts[0])
    for server in (failed, on_a_dead_host):
        kept.api.delete(kept.context, server)
    kept.wait([failed, on_a_dead_host], GONE)


def test_one_that_waits_for_the_word_on_its_resize_is_deleted_at_once(kept):
    server, larger = kept.made(), kept.flavor.replace(flavorid="x", name="larger", memory_mb=256)
    kept.api.resize(kept.context, server, larger)
    [server] = kept.wait([server], RESIZED)
    kept.api.delete(kept.context, server)
    kept.wait([server], GONE)
    assert counted() == 0


def test_one_without_a_guest_is_kept_too(kept):
    server = kept.made()
    kept.driver(server.host).destroy(server.uuid)
    kept.api.delete(kept.context, server)
    [server] = kept.wait([server], SOFT_DELETED)
    kept.api.force_delete(kept.context, server)
    kept.wait([server], GONE)


def test_an_administrator_makes_it_active(kept):
    """It counts again, and its guest is off: that is seen."""
    server = soft_deleted(kept)
    kept.api.reset_state(kept.context, server, states.ACTIVE)
    kept.wait([server], STOPPED)
    assert counted() == 1
    kept.api.start(kept.context, kept.get(server.uuid))
    kept.wait([server], ACTIVE)


def test_a_restore_of_which_nobody_knows_any_more_is_healed(kept):
    server = soft_deleted(kept)
    kept.kill(server.host)
    kept.api.restore(kept.context, server)
    with session.writer() as connection:
        actions.cancel_open(connection, server.uuid)
    kept.start(server.host)
    lines = list(heal.heal(kept.networks, kept.context))
    assert SOFT_DELETED(kept.get(server.uuid)) and counted() == 0, lines
    kept.api.force_delete(kept.context, kept.get(server.uuid))
    kept.wait([server], GONE)


def test_a_rescued_server_is_restored_from_its_own_disk(kept):
    server = kept.made()
    kept.api.rescue(kept.context, server, "secret")
    kept.wait([server], lambda s: s.vm_state == states.RESCUED and s.task_state is None)
    kept.api.delete(kept.context, kept.get(server.uuid))
    [server] = kept.wait([server], SOFT_DELETED)
    kept.api.restore(kept.context, server)
    kept.wait([server], ACTIVE)
    assert kept.driver(server.host)._guests[server.uuid]["rescued"] is None
