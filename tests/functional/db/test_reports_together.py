"""Reports that come at once: one transaction makes them true, and one that is stale takes no other along."""
import threading
from concurrent import futures

import pytest
import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.conductor import reports as module
from nova_lite.conductor.engine import Engine
from nova_lite.context import RequestContext, admin_context
from nova_lite.db import actions, claims, tables
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
