"""Claims of many servers, and of many requests at once: each server its own host, all of them or none."""
import threading
import time
from concurrent import futures

import pytest
import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.db import actions, claims, tables
from nova_lite.db.claims import Wanted
from nova_lite.models import RequestSpec
from nova_lite.scheduler.hosts import HostManager
from nova_lite.scheduler.manager import SchedulerManager
from nova_lite.together import Waiting
from tools.bench import filling

HOSTS, ROOM = 5, 20


@pytest.fixture
def orders(database):
    """So many as there is room for."""
    context = RequestContext(user_id="u", project_id="p", roles=["member"], overwrite=False)
    with database.writer() as connection:
        filling.add_hosts(connection, HOSTS, ROOM)
        return filling.add_orders(connection, context, HOSTS * ROOM)


def wanted(orders, *hosts, zone="nova", **changes) -> Wanted:
    """Each order on the next of these hosts, in turn."""
    names = [filling.host_name(host) for host in hosts]
    spec = RequestSpec(orders=tuple(orders), flavor=filling.FLAVOR.replace(**changes),
                       next_step="build_and_run_instance")
    return Wanted(spec, [(order, names[n % len(names)], f"node-{names[n % len(names)]}")
                         for n, order in enumerate(orders)], dict.fromkeys(names, zone))


def rows(database, *columns):
    with database.reader() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(columns[0]))]


def used(database):
    table = tables.hosts.c
    return [row[1:] for row in rows(database, table.host, table.vcpus_used, table.memory_mb_used, table.local_gb_used,
                                    table.running_vms)]


def test_each_server_has_its_own_host_and_what_its_flavor_takes(database, orders):
    small, large = wanted(orders[:90], 0, 1, 2, 3, 4), wanted(orders[90:93], 4, 2, 2, vcpus=0, memory_mb=50)
    selections = database.transaction(claims.claim_all)([small, large])
    assert [(s.instance_uuid, s.service_host, s.nodename, s.attempt) for found in selections for s in found] == [
        (order.instance_uuid, host, node, 2) for request in (small, large) for order, host, node in request.placements]
    assert used(database) == [(18, 18 * 64, 18, 18), (18, 18 * 64, 18, 18), (18, 18 * 64 + 100, 20, 20),
                              (18, 18 * 64, 18, 18), (18, 18 * 64 + 50, 19, 19)]
    places = {order.instance_uuid: (host, node) for request in (small, large)
              for order, host, node in request.placements}
    table = tables.instances.c
    assert {uuid: (host, node) for uuid, host, node, zone, state, attempt in rows(
        database, table.uuid, table.host, table.node, table.availability_zone, table.task_state, table.attempt)
        if (zone, state, attempt) == ("nova", "networking", 1)} == places
    table = tables.actions.c
    assert {uuid: host for uuid, host, step, attempt in rows(
        database, table.instance_uuid, table.step_host, table.step, table.attempt)
        if (step, attempt) == ("build_and_run_instance", 2)} == {uuid: host for uuid, (host, _node) in places.items()}
    table = tables.claims.c
    assert sorted(rows(database, table.instance_uuid, table.host, table.memory_mb)) == sorted(
        (order.instance_uuid, host, request.spec.flavor.memory_mb)
        for request in (small, large) for order, host, _node in request.placements)


@pytest.mark.parametrize("hosts, changes", [((0, 1, 2), {"vcpus": 11}), ((2,), {"memory_mb": 64 * ROOM}),
                                            ((2, 3), {"root_gb": ROOM + 1}), ((1, 2), {"zone": "west"}),
                                            ((3, 9), {})])
def test_a_full_host_is_told_and_nothing_is_claimed(database, orders, hosts, changes):
    database.transaction(claims.claim)(*wanted(orders[:ROOM // 2], 2))
    before = used(database)
    with pytest.raises(claims.HostFull) as raised:
        database.transaction(claims.claim_all)([
            wanted(orders[20:22], 4), wanted(orders[30:30 + len(hosts)], *hosts, **changes)])
    full = {"zone": min, "root_gb": min}.get(next(iter(changes), ""), max)(hosts)
    assert raised.value.host == filling.host_name(full)
    assert used(database) == before and len(rows(database, tables.claims.c.id)) == ROOM // 2
    assert {host for (host,) in rows(database, tables.instances.c.host)} == {None, filling.host_name(2)}


def test_an_order_that_is_gone_takes_nothing(database, orders):
    with database.writer() as connection:
        actions.finish(connection, orders[70], actions.CANCELLED)
    with pytest.raises(claims.OrdersGone):
        database.transaction(claims.claim)(*wanted(orders[:80], 0, 1, 2, 3, 4))
    assert set(used(database)) == {(0, 0, 0, 0)}


@pytest.fixture
def manager(database, orders):
    """A scheduler that knows the hosts."""
    found = SchedulerManager(HostManager())
    found.hosts.refresh()
    return found


def asked(*orders, **changes) -> dict:
    """A request for servers of these orders."""
    spec = RequestSpec(orders=orders, flavor=filling.FLAVOR.replace(**changes), next_step="build_and_run_instance")
    return {"spec_obj": spec.to_dict(), "depth": 0}


def placed(answer) -> list[str]:
    return [selection["instance_uuid"] for selection in answer["selections"]]


def test_requests_that_wait_share_a_transaction_and_not_their_failures(database, orders, manager, monkeypatch):
    claim_all, first, go, batches = claims.claim_all, threading.Event(), threading.Event(), []

    def watched(connection, found):
        batches.append(len(found))
        first.set()
        assert go.wait(10)
        return claim_all(connection, found)
    monkeypatch.setattr(claims, "claim_all", watched)
    pool = futures.ThreadPoolExecutor(5)

    def ask(*requests):
        return pool.submit(manager.select_destinations, None, requests)
    alone = ask(asked(orders[0]))
    assert first.wait(10)
    several = ask(asked(orders[1]), asked(orders[2], vcpus=ROOM + 1), asked(*orders[3:6]))
    gone = ask(asked(orders[0]))
    until = time.monotonic() + 10
    while len(manager._together._waiting) < 4 and time.monotonic() < until:
        time.sleep(0.001)
    go.set()
    [answer] = alone.result()
    assert placed(answer) == [orders[0].instance_uuid] and answer["no_valid_host"] is None
    good, full, three = several.result()
    assert placed(good) == [orders[1].instance_uuid]
    assert not full["selections"] and full["no_valid_host"] and sum(full["counts"].values()) == HOSTS
    assert placed(three) == [order.instance_uuid for order in orders[3:6]]
    [answer] = gone.result()
    assert not answer["selections"] and answer["no_valid_host"] is None
    assert batches[:2] == [1, 3]                   # the order that is gone undid them all: each by itself then
    assert sum(row[0] for row in used(database)) == 5
    events = [event["event"] for found in (answer, *several.result()) for event in found["events"]]
    assert events == ["select_destinations"] * 4
    [answer] = ask(asked(orders[6])).result()      # nobody is left leading
    assert placed(answer) == [orders[6].instance_uuid]


def test_what_is_not_claimed_at_once_is_not_counted_as_taken(database, orders, manager):
    requests = [asked(*orders[n:n + 10]) for n in range(0, HOSTS * ROOM, 10)]
    with database.writer() as connection:
        actions.finish(connection, orders[99], actions.CANCELLED)
    answers = manager.select_destinations(None, requests)
    assert [len(placed(answer)) for answer in answers] == [10] * 9 + [9]
    taken = dict(zip(manager.hosts.arrays.names, manager.hosts.arrays.vcpus_used, strict=True))
    assert taken == {row[0]: row[1] for row in rows(database, tables.hosts.c.host, tables.hosts.c.vcpus_used)}
    assert sum(taken.values()) == HOSTS * ROOM - 1


def test_a_filter_that_breaks_on_a_request_breaks_no_other(database, orders, manager):
    class Breaks:
        @staticmethod
        def hosts(spec, arrays):
            if spec.project_id == "bad":
                raise ZeroDivisionError
    manager.filters = [*manager.filters, ("Breaks", Breaks)]
    good, bad = (Waiting(RequestSpec(orders=(order,), flavor=filling.FLAVOR, project_id=project,
                                     next_step="build_and_run_instance"))
                 for order, project in zip(orders, ("good", "bad"), strict=False))
    manager._select_all([good, bad])
    assert placed(good.outcome()) == [orders[0].instance_uuid] and isinstance(bad.error, ZeroDivisionError)
    assert manager.hosts.arrays.vcpus_used.sum() == 1


def test_all_who_wait_are_told_of_a_database_that_is_away(database, orders, manager, monkeypatch):
    def away(connection, found):
        raise exceptions.ConnectionLost("away")
    monkeypatch.setattr(claims, "claim_all", away)
    for _ in range(2):
        with pytest.raises(exceptions.ServiceUnavailable):
            manager.select_destinations(None, [asked(orders[0]), asked(orders[1])])
    assert not manager.hosts.arrays.vcpus_used.any()
