"""Reports that come at once: one transaction makes them true, and one that is stale takes no other along."""
import threading
from concurrent import futures

import pytest
import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.conductor import reports as module
from nova_lite.conductor.engine import Engine
from nova_lite.context import RequestContext, admin_context
from nova_lite.db import actions, audit, claims, deletion, instances, quotas, server_passwords, tables
from nova_lite.models import Event, Report, RequestSpec
from nova_lite.trace import now
from tools.bench import filling

COUNT = 6


@pytest.fixture
def orders(database):
    """Servers that a host is building."""
    context = RequestContext(user_id="u", project_id="p", roles=["member"], overwrite=False)
    with database.writer() as connection:
        filling.add_hosts(connection, 1, COUNT)
        waiting = filling.add_orders(connection, context, COUNT)
        host = filling.host_name(0)
        spec = RequestSpec(orders=tuple(waiting), flavor=filling.FLAVOR, next_step="build_and_run_instance")
        claims.claim(connection, spec, [(order, host, host) for order in waiting], {host: "nova"})
    return [order.replace(step="build_and_run_instance", attempt=order.attempt + 1) for order in waiting]


def built(order, **values):
    event = Event("compute__do_build_and_run_instance", "nova-compute", "h", 1, now(), now(), "Success")
    return Report(order, filling.host_name(0), events=(event,), values={
        "power_state": 1, "network_info": [], "config_drive": False, **values})


def states(database):
    table = tables.instances.c
    with database.reader() as connection:
        rows = connection.execute(sa.select(table.uuid, table.vm_state, table.task_state, table.power_state)).all()
    return {uuid: tuple(rest) for uuid, *rest in rows}


@pytest.fixture
def engine(monkeypatch):
    """``engine.transactions``: how many reports each was for."""
    found = Engine(None, None)
    found.transactions, alone, together = [], found.reports._alone, found.reports._apply_all

    def counted_alone(workflow, report):
        found.transactions.append(1)
        return alone(workflow, report)

    def counted(connection, reports):
        found.transactions.append(len(reports))
        return together(connection, reports)
    monkeypatch.setattr(found.reports, "_alone", counted_alone)
    monkeypatch.setattr(found.reports, "_apply_all", counted)
    return found


def test_each_report_is_made_true_as_by_itself(database, orders, engine):
    """Those with the same values by the same statements."""
    reports = [built(order, power_state=4 if n == 2 else 1) for n, order in enumerate(orders)]
    database.transaction(engine.reports._apply_all)(reports)
    assert engine.transactions == [COUNT]
    assert states(database) == {order.instance_uuid: ("active", None, 4 if n == 2 else 1)
                                for n, order in enumerate(orders)}
    with database.reader() as connection:
        found = actions.of_instance(connection, orders[0].instance_uuid)[0]
        events = actions.events(connection, [order.action_id for order in orders])
    assert (found.state, found.deadline, found.secrets, found.message) == ("done", None, None, None)
    assert {tuple((event.event, event.result) for event in of_one) for of_one in events.values()} == {
        (("compute__do_build_and_run_instance", "Success"), ("report", "Success"))}


def test_reports_that_wait_share_a_transaction_and_not_their_refusals(database, orders, engine, monkeypatch):
    first, go, alone = threading.Event(), threading.Event(), engine.reports._alone

    def slow(workflow, report):
        if not first.is_set():
            first.set()
            assert go.wait(10)
        return alone(workflow, report)
    monkeypatch.setattr(engine.reports, "_alone", slow)
    with database.writer() as connection:
        actions.finish(connection, orders[3], actions.CANCELLED)
    workflow = module.WORKFLOWS["build"]
    with futures.ThreadPoolExecutor(COUNT) as pool:
        told = [pool.submit(engine.reports.apply, workflow, built(orders[0]))]
        assert first.wait(10)
        told += [pool.submit(engine.reports.apply, workflow, built(order)) for order in orders[1:]]
        while len(engine.reports._together._waiting) < COUNT - 1:
            pass
        go.set()
        found = [one.exception(10) for one in told]
    assert [type(error) for error in found] == [
        exceptions.StaleOrder if n == 3 else type(None) for n in range(COUNT)]
    assert engine.transactions == [1, COUNT - 1, *[1] * (COUNT - 1)]
    assert {state for state, *_rest in states(database).values()} == {"active", "building"}
    assert states(database)[orders[3].instance_uuid] == ("building", "networking", 0)


def test_a_report_twice_is_stale(database, orders, engine):
    engine.report(admin_context(), built(orders[0]))
    with pytest.raises(exceptions.StaleOrder):
        engine.reports.apply(module.WORKFLOWS["build"], built(orders[0]))


def test_what_is_not_the_last_step_that_went_well_is_by_itself(database, orders, engine):
    fault = {"code": 500, "message": "no", "details": "", "created": now().isoformat()}
    workflow = module.WORKFLOWS["build"]
    follow_up = engine.reports.apply(workflow, built(orders[0]).replace(result="retry", fault=fault, values={}))
    assert follow_up.step == "schedule"
    assert engine.transactions == [1]


@pytest.fixture
def deletes(database):
    """Servers of two projects on three hosts, whose deletes are at their hosts: Reports of those that are gone."""
    contexts = [RequestContext(user_id="u", project_id=name, roles=["member"], overwrite=False) for name in "ab"]
    hosts, found = [filling.host_name(n) for n in range(3)], []
    with database.writer() as connection:
        filling.add_hosts(connection, 3, COUNT)
        for context in contexts:
            half = COUNT // 2
            quotas.reserve(connection, context.project_id, half, half, half * filling.FLAVOR.memory_mb)
            waiting = filling.add_orders(connection, context, half)
            spec = RequestSpec(orders=tuple(waiting), flavor=filling.FLAVOR, next_step="build_and_run_instance")
            claims.claim(connection, spec, [(order, host, host) for order, host in zip(waiting, hosts, strict=True)],
                         dict.fromkeys(hosts, "nova"))
            for order in waiting:
                instances.transition(connection, order.instance_uuid, "built")
                actions.finish(connection, order.replace(step="build_and_run_instance", attempt=order.attempt + 1))
                server = instances.get(connection, order.instance_uuid)
                found.append(Report(deletion.order(connection, context, server).order, server.host))
    return found


def used(database):
    """{host: its counters}, {project: the servers that count}, claims."""
    with database.reader() as connection:
        of_hosts = {row.host: (row.vcpus_used, row.memory_mb_used, row.local_gb_used, row.running_vms)
                    for row in connection.execute(sa.select(tables.hosts))}
        return of_hosts, {name: quotas.get(connection, name).used.instances for name in "ab"}, connection.scalar(
            sa.select(sa.func.count()).select_from(tables.claims))


def test_what_deleted_servers_held_is_given_back_by_one_transaction(database, deletes, engine):
    """Also the password that one told."""
    with database.writer() as connection:
        assert server_passwords.add(connection, deletes[1].order.instance_uuid, "secret")
    assert database.transaction(engine.reports._apply_all)(deletes) == []
    assert engine.transactions == [COUNT]
    assert used(database) == ({filling.host_name(n): (0, 0, 0, 0) for n in range(3)}, {"a": 0, "b": 0}, 0)
    with database.reader() as connection:
        assert server_passwords.get(connection, deletes[1].order.instance_uuid) is None
        assert not connection.execute(sa.select(tables.instances).where(tables.instances.c.deleted.is_(False))).all()
        assert not list(audit.findings(connection, audit.rows(connection), True))


def test_a_delete_that_is_stale_leaves_what_others_hold(database, deletes, engine):
    with database.writer() as connection:
        actions.redeliver(connection, actions.open_of_instance(connection, deletes[0].order.instance_uuid)[0], 1)
    with pytest.raises(exceptions.StaleOrder):
        database.transaction(engine.reports._apply_all)(deletes)
    assert used(database)[1:] == ({"a": COUNT // 2, "b": COUNT // 2}, COUNT)


def test_a_delete_that_goes_on_is_left_for_itself(database, deletes, engine):
    """An image was being made of it: that is to go first."""
    with database.writer() as connection:
        actions.set_params(connection, deletes[2].order.action_id, images=["made"])
    assert database.transaction(engine.reports._apply_all)(deletes) == [deletes[2]]
    of_hosts, of_projects, claimed = used(database)
    assert (of_hosts[deletes[2].host], of_projects, claimed) == ((1, 64, 1, 1), {"a": 1, "b": 0}, 1)
    follow_up = engine.reports.apply(module.WORKFLOWS["delete"], deletes[2])
    assert follow_up.step == "finish"


def test_a_claim_that_another_transaction_gives_back_is_given_back_once(database, deletes, engine):
    with database.writer() as connection:
        rows = connection.execute(sa.select(tables.claims)).all()
        claims.give_back(connection, rows[:1])
    with pytest.raises(exceptions.TransactionUndone), database.writer() as connection:
        claims.give_back(connection, rows)
    database.transaction(engine.reports._apply_all)(deletes)
    assert used(database)[0] == {filling.host_name(n): (0, 0, 0, 0) for n in range(3)}
