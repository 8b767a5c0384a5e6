"""The action engine: runs the current step of an order, and makes a report one transaction.

An order is a row of ``actions``: its step, its host, its attempt (the fencing number), its lease.  Whatever
is told to the engine (a message, a report, a sweep) is checked against that row by compare-and-swap, so
everything may come twice, late or never.  Used by the conductor's manager and sweeper only.
"""
import logging

from nova_lite import exceptions, failpoints, metrics, states
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.conductor.reports import Reports
from nova_lite.conductor.rpcapi import ConductorAPI
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step
from nova_lite.conductor.workflows import WORKFLOWS
from nova_lite.conf import CONF
from nova_lite.context import admin_context, working
from nova_lite.db import actions, claims, holdings, instances, moves, notes, services, session
from nova_lite.image.client import ImageClient
from nova_lite.models import Action, Instance, Order, Report
from nova_lite.network.client import NetworkClient
from nova_lite.scheduler.rpcapi import SchedulerAPI
from nova_lite.trace import Trace, now

LOG = logging.getLogger(__name__)
SERVICE = "nova-conductor"


def fault_of(error: Exception, details: str = "") -> dict:
    """A server's fault; the text of an error that is not ours may hold secrets, so only its class is told."""
    known = isinstance(error, exceptions.NovaLiteError)
    message = str(error) if known else type(error).__name__
    return {"code": error.code if known else 500, "message": message[:255], "details": details,
            "created": now().isoformat(), **exceptions.origin(error)}


def _no_valid_host_fault(error: exceptions.NoValidHost) -> dict:
    counts = ", ".join(f"{name} removed {number}" for name, number in error.counts.items())
    return fault_of(error, details=counts)


class Engine:
    """``network`` is the client that gives ports back when no host does, ``images`` that of images of servers."""

    def __init__(self, network: NetworkClient, images: ImageClient):
        self.network, self.images = network, images
        self.compute, self.conductor, self.scheduler = ComputeAPI(), ConductorAPI(), SchedulerAPI()
        # {action id: monotonic second} since when a build finds silent hosts only; a new conductor is patient anew.
        self.silences: dict[int, float] = {}
        self.reports = Reports(self._apply, self._report_hop)

    # -- running -------------------------------------------------------------------------------
    def run(self, context, rows: list[tuple[Action, Instance]], trace: Trace) -> None:
        """Do (or cast) the current step of open orders of one request."""
        scheduling = [row for row in rows if (row[0].workflow, row[0].step) == ("build", "schedule")]
        for action, instance in rows:
            if (action.workflow, action.step) != ("build", "schedule"):
                self._run_one(context, action, instance, trace)
        if scheduling:
            from nova_lite.conductor.workflows.build import schedule_many
            failpoints.hit("conductor", "schedule", "begin")
            self._guarded(context, scheduling, trace, schedule_many, self, context, scheduling, trace)
            failpoints.hit("conductor", "schedule", "sent")

    def _run_one(self, context, action, instance, trace):
        step = WORKFLOWS[action.workflow].step(action.step)
        failpoints.hit("conductor", action.step, "begin")
        self._guarded(context, [(action, instance)], trace, step.run, self, context, action, instance, trace)
        failpoints.hit("conductor", action.step, "sent")

    def _guarded(self, context, rows, trace, function, *args):
        """Run a step; what it raises fails the orders, unless trying again later may help."""
        try:
            failpoints.hit("conductor", rows[0][0].step, "work")
            function(*args)
        except exceptions.ServiceUnavailable as error:
            LOG.warning("step %s of request %s waits: %s", rows[0][0].step, context.request_id, error)
        except exceptions.NoValidHost as error:
            trace.events += error.events
            self._fail(context, rows, trace, _no_valid_host_fault(error))
        except exceptions.ShelvedImageGone as error:
            LOG.warning("%s", error)
            self._fail(context, rows, trace, fault_of(error), "image_gone")
        except exceptions.StaleOrder as error:
            LOG.info("refused: %s", error)
        except Exception as error:
            LOG.exception("step %s of request %s failed", rows[0][0].step, context.request_id)
            self._fail(context, rows, trace, fault_of(error))

    def _fail(self, context, rows, trace, fault, result="error"):
        for action, _instance in rows:
            self.report(context, Report(action.order(), action.step_host or CONF.host, result, fault=fault,
                                        events=trace.finished("Error")))

    def step_done(self, context, order: Order, trace: Trace) -> None:
        """A step that the conductor did itself is done."""
        self.report(context, Report(order, CONF.host, events=trace.finished()))

    # -- reports -----------------------------------------------------------------------------------
    def report(self, context, report: Report) -> None:
        """Make what was reported true, in one transaction, and go on; a stale report changes nothing."""
        with working(context, report.order.instance_uuid):
            self._report(context, report)

    def _report(self, context, report: Report) -> None:
        workflow, step = WORKFLOWS[report.order.workflow], report.order.step
        failpoints.hit("conductor", step, "report")
        try:
            follow_up = self.reports.apply(workflow, report)
        except exceptions.StaleOrder as error:
            metrics.REFUSED.labels(workflow.name, step, "stale").inc()
            LOG.warning("report of %s refused: %s", report.host, error)
            self._undo_late_work(context, report)
        except exceptions.UnexpectedTaskStateError as error:
            metrics.REFUSED.labels(workflow.name, step, "state").inc()
            LOG.warning("report of %s contradicts the server's state, order closed: %s", report.host, error)
            self._close(report)
            self._undo_late_work(context, report)
        else:
            metrics.REPORTS.labels(workflow.name, step, report.result).inc()
            failpoints.hit("conductor", step, "committed")
            if follow_up:
                self._go_on(context, workflow, follow_up)

    def _go_on(self, context, workflow, order: Order) -> None:
        """To the next step.  One of the conductor's own waits for a scheduler or the network service: that is for the
        threads of orders, since behind one of those that take reports the next report would wait."""
        if workflow.step(order.step).where == CONDUCTOR:
            self.conductor.run_order(context, order)
            return
        with session.reader() as connection:
            rows = actions.load(connection, [order.action_id])
        self.run(context, [row for row in rows if row[0].order() == order], Trace(SERVICE, depth=2))

    def _apply(self, workflow, report: Report) -> Order | None:
        return session.transaction(self._apply_in)(workflow, report)

    def _apply_in(self, connection, workflow, report: Report) -> Order | None:
        order, action, instance = report.order, None, None
        if workflow.needs_rows or report.result != "success":
            rows = actions.load(connection, [order.action_id])
            if not rows or rows[0][0].order() != order.replace(request_id=rows[0][0].request_id):
                raise exceptions.StaleOrder(action_id=order.action_id, step=order.step, attempt=order.attempt)
            action, instance = rows[0]
        if report.result != "success":
            failpoints.hit("conductor", order.step, "undo")
        decide = workflow.succeeded if report.result == "success" else workflow.failed
        outcome: Outcome = decide(action, instance, report)
        follow_up = None
        if outcome.next_step:
            step = workflow.step(outcome.next_step)
            follow_up = actions.move(connection, order, step.name, host=outcome.next_host,
                                     timeout=getattr(CONF.workflow, step.timeout), **outcome.action_values)
        else:
            actions.finish(connection, order, outcome.state, outcome.message, **outcome.action_values)
        notes.reported(connection, report, follow_up, at_host=workflow.step(order.step).where == HOST,
                       failed=outcome.state == actions.FAILED)
        if outcome.event:
            instances.transition(connection, order.instance_uuid, outcome.event, **outcome.values)
        if outcome.effects:
            outcome.effects(connection)
        if outcome.gone:
            holdings.give_back(connection, [outcome.gone])
        actions.add_events(connection, order.action_id, (*report.events, *self._report_hop(report, outcome)))
        return follow_up

    @staticmethod
    def _report_hop(report, outcome):
        """The hop of the report itself, as far as it is known inside its own transaction."""
        if report.order.step is None or WORKFLOWS[report.order.workflow].step(report.order.step).where == CONDUCTOR:
            return
        trace = Trace(SERVICE, depth=1)
        with trace.hop("report", rpc="cast", function="conductor.manager:ConductorManager.report",
                       transition=states.describe(outcome.event)):
            pass
        yield from trace.events

    @staticmethod
    @session.transaction
    def _close(connection, report):
        """An order whose server has left the states it works in ends here, and what it holds for a host that the
        server is not on.  Whoever takes a server over cancels its orders, so only a hand on the rows leads here."""
        try:
            actions.finish(connection, report.order, actions.FAILED, "Error")
        except exceptions.StaleOrder:
            return
        at_host = WORKFLOWS[report.order.workflow].step(report.order.step).where == HOST
        notes.reported(connection, report.replace(result="error"), None, at_host=at_host, failed=True)
        actions.add_events(connection, report.order.action_id, report.events)
        instance = instances.get(connection, report.order.instance_uuid, deleted=True)
        if instance.deleted or instance.host is None:
            claims.release(connection, instance.uuid)

    def _undo_late_work(self, context, report: Report) -> None:
        """A host has worked on an order that was no longer its own: it must not keep a guest from that.

        A guest that is still its own may have been switched on or off by it, after the order was given up.
        """
        with session.reader() as connection:
            instance = instances.get(connection, report.order.instance_uuid, deleted=True)
            move = moves.open_of(connection, instance.uuid)
        if not instance.deleted and move is not None and report.host in (move.source_compute, move.dest_compute):
            self.compute.compare(context, report.host)      # what it has of the server may be needed: it asks
        elif not instance.deleted and instance.vm_state == states.SHELVED_OFFLOADED:     # its ports stay its own
            if instance.task_state is None:
                self.network.move_ports(context, instance.uuid, "")
            if instance.host != report.host:
                self.compute.disown(context, report.host, instance.uuid, instance.attempt, deallocate=False)
        elif instance.deleted or instance.host != report.host:
            self.compute.disown(context, report.host, instance.uuid, instance.attempt, deallocate=True)
        elif instance.task_state is None or report.order.workflow in states.TASKLESS:
            # the report's power state is of then, it is to tell that of now; an interface that it attached goes
            self.compute.compare(context, report.host)

    def progress(self, order: Order, event: str) -> None:
        """A host has reached another task_state within its step; never more than a hint."""
        try:
            self._progress(order, event)
        except (exceptions.StaleOrder, exceptions.UnexpectedTaskStateError) as error:
            LOG.info("progress refused: %s", error)

    @staticmethod
    @session.transaction
    def _progress(connection, order, event):
        actions.touch(connection, order)
        instances.transition(connection, order.instance_uuid, event)

    # -- going on after a loss ------------------------------------------------------------------------
    def redrive(self, action_ids, reason: str, patient: bool = False) -> int:
        """Send the current steps of open orders again, or undo them when that was done often enough.

        ``patient``: a host that has not been heard of is not taken for dead.
        """
        with session.reader() as connection:
            rows = actions.load(connection, action_ids)
        for action, instance in rows:
            if action.state == actions.OPEN:
                with working(admin_context(action.request_id), instance.uuid):
                    try:
                        self._redrive_one(action, instance, reason, patient)
                    except exceptions.ServiceUnavailable as error:
                        LOG.warning("step %s of server %s waits: %s", action.step, instance.uuid, error)
        return len(rows)

    def _redrive_one(self, action: Action, instance: Instance, reason: str, patient: bool) -> None:
        step = WORKFLOWS[action.workflow].step(action.step)
        fate = services.UP if step.where == CONDUCTOR else self._fate(action.step_host)
        if fate == services.FENCING and step.moves:
            self._wait(action)
            return
        up = fate in (services.UP, services.FENCING) or (patient and fate == services.DOWN)
        tries = action.tries + (step.where == CONDUCTOR or self._may_have_it(action))
        try:
            order = session.transaction(actions.redeliver)(action, tries)
        except exceptions.StaleOrder:
            return                       # another conductor has it, or it has just been reported
        action = action.replace(attempt=order.attempt, tries=tries)
        context = admin_context(action.request_id)
        trace = Trace(SERVICE, depth=1)
        if not up or self._exhausted(action, step):
            self._tell_redriven(action, "given_up", reason)
            error = exceptions.NovaLiteError(
                f"Step {action.step} of {action.action} was not finished by "
                f"{action.step_host or 'the conductor'}: " + ("no answer" if up else f"the host is {fate}"))
            if step.abandon:
                step.abandon(self, context, instance, action)
            self._fail(context, [(action, instance)], trace, fault_of(error), "error" if up else f"host_{fate}")
            if up and action.step_host:
                self.compute.compare(context, action.step_host)     # only its reports may have been lost
            return
        self._tell_redriven(action, "sent_again", reason)
        with trace.hop(f"redrive {action.step}", function="conductor.engine:Engine.redrive", details=reason):
            pass
        self.run(context, [(action, instance)], trace)

    @staticmethod
    def _tell_redriven(action: Action, outcome: str, reason: str) -> None:
        """The one line to look for when something did not go as it should."""
        metrics.REDRIVES.labels(action.workflow, action.step, outcome).inc()
        LOG.warning("re-driven: %s step %s of %s of server %s, request %s, host %s, delivery %d: %s", outcome,
                    action.step, action.action, action.instance_uuid, action.request_id, action.step_host,
                    action.attempt, reason)

    @staticmethod
    def _exhausted(action: Action, step: Step) -> bool:
        # The conductor's own steps wait for what they need (scheduler, network) as long as they may.
        if action.give_up_at is not None and now() >= action.give_up_at:
            return True
        return step.where == HOST and not step.insists and action.tries > CONF.workflow.step_retries

    @staticmethod
    def _fate(host: str) -> str:
        with session.reader() as connection:
            return services.fate(connection, host)

    @staticmethod
    def _may_have_it(action: Action) -> bool:
        """Whether the host lived when the step was sent to it: else that was no try, it lies in the host's queue."""
        with session.reader() as connection:
            return services.heard_since(connection, action.step_host, action.updated_at)

    @staticmethod
    def _wait(action: Action) -> None:
        """Another lease: who else has the order, or whether the host is heard again, is then seen anew."""
        try:
            session.transaction(actions.touch)(action.order())
        except exceptions.StaleOrder:
            pass
