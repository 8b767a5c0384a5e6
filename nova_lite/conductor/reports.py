"""Reports of steps that went well and are the last ones, made true: those that come at once, in one transaction.

Used by the engine.  Of a request for many servers the hosts' reports come by dozens; each by itself would be five
round trips (ten for a delete's).  A batch is all or nothing; when it cannot be, each of its reports is made true by
itself.
"""
import collections
import dataclasses
import datetime
import json
from collections.abc import Callable, Iterator

from nova_lite import exceptions
from nova_lite.conductor.workflow import Outcome
from nova_lite.conductor.workflows import WORKFLOWS
from nova_lite.conf import CONF
from nova_lite.conf.notifications import enabled
from nova_lite.db import actions, holdings, instances, session
from nova_lite.models import Action, Instance, Report
from nova_lite.together import Together, Waiting

MOST = 64                       # reports of one transaction


class Reports:
    """Of one conductor.  ``alone(workflow, report)`` makes a report true by itself and gives what follows; ``hop``
    gives the trace's events of a report and its outcome."""

    def __init__(self, alone: Callable, hop: Callable):
        self._alone, self._hop, self._together = alone, hop, Together(self._apply, MOST)

    def apply(self, workflow, report: Report):
        """The order that follows, or None.  Raises StaleOrder, UnexpectedTaskStateError, ServiceUnavailable."""
        # What a notification says of who asked is the thread's.
        if report.result != "success" or enabled(CONF) or not (workflow.needs_rows or _is_last(_outcome(report))):
            return self._alone(workflow, report)
        return self._together.do(report)

    def _apply(self, batch: list[Waiting]) -> None:
        try:
            if len(batch) == 1:
                batch[0].result = self._alone(WORKFLOWS[batch[0].item.order.workflow], batch[0].item)
                return
            left = session.transaction(self._apply_all)([one.item for one in batch])
        except (exceptions.StaleOrder, exceptions.UnexpectedTaskStateError) as error:
            if len(batch) == 1:
                batch[0].error = error
                return
            for one in batch:
                self._apply([one])
        except Exception as error:
            for one in batch:
                one.error = error
        else:
            for one in batch:
                if one.item in left:
                    self._apply([one])

    def _apply_all(self, connection, reports: list[Report]) -> list[Report]:
        """Gives those that are not the last of their orders: nothing was done for them."""
        alike, events, left, gone = collections.defaultdict(list), {}, [], []
        for report, outcome in _outcomes(connection, reports):
            if not _is_last(outcome):
                left.append(report)
                continue
            alike[_key(report, outcome)].append((report, outcome))
            if outcome.gone:
                gone.append(outcome.gone)
            events[report.order.action_id] = (*report.events, *self._hop(report, outcome))
        for key in sorted(alike):
            found = alike[key]
            orders, outcome = [report.order for report, _ in found], found[0][1]
            if actions.finish_each(connection, orders, outcome.state, outcome.message,
                                   **outcome.action_values) != len(orders):
                raise exceptions.StaleOrder(action_id=orders[0].action_id, step=orders[0].step,
                                            attempt=orders[0].attempt)
            uuids = [order.instance_uuid for order in orders]
            if outcome.event and instances.transition_many(
                    connection, uuids, outcome.event, **outcome.values) != len(orders):
                raise exceptions.UnexpectedTaskStateError(
                    instance_uuid=uuids[0], expected=f"the states of '{outcome.event}'", actual="another")
        actions.add_events_many(connection, events)
        if gone:
            holdings.give_back(connection, gone)
        return left


def _outcomes(connection, reports: list[Report]) -> Iterator[tuple[Report, Outcome]]:
    """In the order of their orders.  Raises StaleOrder."""
    wanted = [report.order.action_id for report in reports if WORKFLOWS[report.order.workflow].needs_rows]
    rows = {action.id: (action, instance) for action, instance in actions.load(connection, wanted)} if wanted else {}
    for report in sorted(reports, key=lambda report: report.order.action_id):
        order, row = report.order, rows.get(report.order.action_id)
        if order.action_id in wanted and (
                row is None or row[0].order() != order.replace(request_id=row[0].request_id)):
            raise exceptions.StaleOrder(action_id=order.action_id, step=order.step, attempt=order.attempt)
        yield report, _outcome(report, *row or ())


def _outcome(report: Report, action: Action | None = None, instance: Instance | None = None) -> Outcome:
    return WORKFLOWS[report.order.workflow].succeeded(action, instance, report)


def _is_last(outcome: Outcome) -> bool:
    return outcome.next_step is None and outcome.effects is None


def _key(report: Report, outcome: Outcome) -> str:
    """The same for reports that are made true by the same statements.  Times are of now: those of a batch are one."""
    order, alike = report.order, dataclasses.asdict(dataclasses.replace(outcome, gone=None))
    return json.dumps([order.workflow, order.step, order.attempt, alike], sort_keys=True,
                      default=lambda value: "now" if isinstance(value, datetime.datetime) else str(value))
