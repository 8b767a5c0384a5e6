"""The hosts in memory follow the feed: what has changed is written into the arrays, and nothing else is read."""
import contextlib
import datetime
import random

import pytest

from nova_lite.models import Flavor
from nova_lite.scheduler import hosts
from tests.unit.scheduler.clouds import row

FLAVOR = Flavor("1", "m1.tiny", 2, 256, 1)
HEARD = datetime.datetime(2026, 1, 1)


@pytest.fixture
def feed(monkeypatch):
    """{"rows", "heard", "io_ops"} of the next refresh, and ``asked``: since when (None: all)."""
    found = {"rows": [], "heard": {}, "io_ops": {}, "asked": []}

    def changed_since(_connection, since):
        found["asked"].append(since)
        return found["rows"]
    monkeypatch.setattr(hosts.session, "reader", contextlib.nullcontext)
    monkeypatch.setattr(hosts.hosts_db, "changed_since", changed_since)
    monkeypatch.setattr(hosts.hosts_db, "heard_since", lambda _connection, _since: found["heard"])
    monkeypatch.setattr(hosts.hosts_db, "io_ops", lambda _connection: found["io_ops"])
    return found


def test_what_changes_is_written_where_it_stands(feed):
    manager = hosts.HostManager()
    feed["rows"] = [row("h1", {}), row("h2", {"last_seen_up": HEARD})]
    manager.refresh()
    arrays = manager.arrays
    feed["rows"] = [row("h2", {"vcpus_used": 3, "availability_zone": "west", "aggregate_metadata": {"a": ["b"]},
                               "forced_down": True, "hypervisor_version": 9})]
    feed["heard"] = {"h1": HEARD, "unknown": HEARD}
    manager.refresh()
    assert manager.arrays is arrays and feed["asked"][0] is None and feed["asked"][1] is not None
    assert list(arrays.vcpus_used) == [0, 3] and list(arrays.vcpus_free) == [16, 13]
    assert list(arrays.in_zone("west")) == [False, True] and arrays.zone(0) == "nova"
    assert arrays.aggregate_metadata(1) == {"a": ["b"]} and list(arrays.enabled) == [True, False]
    assert list(arrays.of_kinds(lambda kind: kind["hypervisor_version"], int)) == [7002000, 9]
    assert list(arrays.last_seen) == [HEARD.timestamp(), 0.0]


def test_a_new_host_leaves_what_is_known_of_the_others(feed):
    manager = hosts.HostManager()
    manager.counts_io = True
    feed["rows"], feed["io_ops"] = [row("h1", {})], {"h1": 2}
    manager.refresh()
    feed["rows"], feed["heard"] = [], {"h1": HEARD}
    manager.refresh()
    feed["rows"], feed["heard"] = [row("h2", {"running_vms": 1})], {}
    manager.refresh()
    arrays = manager.arrays
    assert arrays.index == {"h1": 0, "h2": 1} and list(arrays.last_seen) == [HEARD.timestamp(), 0.0]
    assert list(arrays.io_ops) == [2, 0] and list(arrays.running_vms) == [0, 1]


def test_what_was_not_claimed_is_forgotten(feed):
    """Not taken back by sums: the feed may have told of the host meanwhile."""
    manager = hosts.HostManager()
    feed["rows"] = [row("h1", {}), row("h2", {})]
    manager.refresh()
    for position in (0, 1):
        manager.arrays.take(position, FLAVOR)
    feed["rows"], feed["heard"] = [row("h1", {"vcpus_used": 4})], {"h1": HEARD}
    manager.refresh()
    manager.forget(["h1", "h2", "gone"])
    assert list(manager.arrays.vcpus_used) == [4, 0] and list(manager.arrays.memory_mb_free) == [4096, 4096]
    assert list(manager.arrays.last_seen) == [HEARD.timestamp(), 0.0]


def test_hosts_that_are_gone_leave_at_a_full_read(feed):
    manager = hosts.HostManager()
    feed["rows"] = [row("h1", {}), row("h2", {})]
    manager.refresh()
    manager._full_at -= hosts.FULL_REFRESH * 2
    feed["rows"] = [row("h2", {})]
    manager.refresh()
    assert feed["asked"] == [None, None] and list(manager.arrays.names) == ["h2"]


def test_the_extremes_of_a_column_are_kept_right():
    rng = random.Random(7)
    arrays = hosts.HostArrays([row(f"h{n}", {"vcpus_used": n % 3}) for n in range(6)])
    for _ in range(300):
        column = arrays.vcpus_free if rng.random() < 0.5 else arrays.running_vms
        assert arrays.extremes(column) == (column.min(), column.max())
        arrays.take(rng.randrange(6), FLAVOR.replace(vcpus=rng.randrange(3)), rng.choice((1, -1)))
        if rng.random() < 0.1:
            arrays.put(2, row("h2", {"vcpus_used": rng.randrange(9)}))


def test_a_ranking_that_is_kept_is_that_of_all_columns():
    chance, count = random.Random(5), 30
    arrays = hosts.HostArrays([row(f"h{n}", {"last_seen_up": HEARD}) for n in range(count)])
    columns = [arrays.memory_mb_free, arrays.running_vms, arrays.io_ops, arrays.vcpus_free]
    factors = [(column, chance.uniform(-2, 2)) for column in columns]
    for turn in range(600):
        if turn % 97 == 96:
            arrays.busy_with({f"h{chance.randrange(count)}": chance.randrange(5) for _ in range(7)})
        elif turn % 41 == 40:
            arrays.put(chance.randrange(count), row(f"h{turn}", {"memory_mb_used": chance.randrange(4096)}))
        elif turn % 150 == 149:
            for position in range(count):
                arrays.take(position, FLAVOR)
        arrays.take(chance.randrange(count), FLAVOR, chance.choice((1, 1, -1)))
        if turn % 3 == 0:
            terms = factors if turn % 30 else factors[:2]
            expected = sum(column * factor for column, factor in terms)
            ranking, highest, of_highest = arrays.ranking(terms)
            assert list(ranking) == list(expected)
            assert (highest, of_highest) == (max(expected), list(expected).count(max(expected)))


def test_the_highest_of_a_ranking_is_known_while_hosts_fill_and_empty():
    chance = random.Random(3)
    arrays = hosts.HostArrays([row(f"h{n}", {"last_seen_up": HEARD}) for n in range(8)])
    terms = [(arrays.running_vms, -1.0)]
    for _ in range(500):
        arrays.take(chance.randrange(8), FLAVOR, chance.choice((1, -1)))
        ranking, highest, of_highest = arrays.ranking(terms)
        assert list(ranking) == [-vms for vms in arrays.running_vms]
        assert (highest, of_highest) == (max(ranking), list(ranking).count(max(ranking)))


def test_who_is_up_is_found_out_anew_when_one_has_not_been_heard_for_too_long(monkeypatch):
    at = HEARD
    monkeypatch.setattr(hosts, "now", lambda: at)
    arrays = hosts.HostArrays([row("h1", {"last_seen_up": HEARD}),
                               row("h2", {"last_seen_up": HEARD - datetime.timedelta(seconds=20)})])
    assert list(arrays.up()) == [True, True] and arrays.up() is arrays.up()
    at = HEARD + datetime.timedelta(seconds=hosts.CONF.service_down_time - 10)
    assert list(arrays.up()) == [True, False]
    arrays.heard({"h2": at})
    assert list(arrays.up()) == [True, True]
    arrays.put(0, row("h1", {"last_seen_up": at, "forced_down": True}))
    assert list(arrays.up()) == [False, True]
    at += datetime.timedelta(seconds=hosts.CONF.service_down_time + 1)
    assert list(arrays.up()) == [False, False]
    later = hosts.HostArrays([row(f"h{n}", {}) for n in range(3)])
    later.carry_over(arrays)
    assert list(later.up()) == [False, False, False]
