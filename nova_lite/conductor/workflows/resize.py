"""Resize and cold migrate: another host is chosen and claimed, the guest goes off, its disks are set aside and fetched.

The flow of the actions ``resize`` and ``migrate`` on one screen.  The server is the first host's until that has
switched the guest off and reported it; only then is its row the other host's, with a new attempt, and only for that
attempt a guest is started there.  What was set aside stays until the move is confirmed, so a failure is made good by
the first host, unless the other one is silent: it may have the guest running.
"""
import contextlib

from nova_lite import exceptions, states
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import placing
from nova_lite.conf import CONF
from nova_lite.db import instances, move_holds, moves
from nova_lite.models import Migration, RequestSpec
from nova_lite.models import migration as words
from nova_lite.trace import now


def move_of(action) -> Migration:
    """The move that an order is about, as it was when the order came to its present step."""
    return Migration.from_dict(action.params["migration"])


def migrate_server(engine, context, action, instance, trace):
    """Choose, claim and cast.  Raises NoValidHost, ServiceUnavailable."""
    move, wanted = move_of(action), action.params.get("host")
    spec = RequestSpec(
        orders=(action.order(),), flavor=move.new_flavor, image=instance.image_meta, project_id=instance.project_id,
        availability_zone=instance.pinned_availability_zone, force_hosts=(wanted,) if wanted else (),
        ignore_hosts=action.hosts_tried, scheduler_hints=instance.scheduler_hints, moves=True,
        source_host=move.source_compute,
        transition="resize_claimed", next_step="prep_resize", step_timeout=CONF.workflow.step_timeout)
    for selection in _select(engine, context, action, move, spec, trace):
        move = move.replace(dest_compute=selection.service_host, dest_node=selection.nodename)
        cast(engine, context, action.replace(
            step="prep_resize", step_host=selection.service_host, attempt=selection.attempt,
            params={**action.params, "migration": move.to_dict()}), instance, trace)


def _select(engine, context, action, move, spec, trace):
    elsewhere = spec.replace(ignore_hosts=(*spec.ignore_hosts, move.source_compute))
    if not CONF.allow_resize_to_same_host:
        return placing.select(engine, context, action, elsewhere, trace)
    if move.migration_type == words.MIGRATION:      # who asks for another host gets one, if there is one
        with contextlib.suppress(exceptions.NoValidHost):
            return placing.select(engine, context, action, elsewhere, trace)
    return placing.select(engine, context, action, spec, trace)


def cast(engine, context, action, instance, trace):
    """To the step's host, which may not be the server's."""
    engine.compute.step(context, action.order(), instance, trace.finished(), host=action.step_host,
                        migration=action.params["migration"])


def fetch(engine, context, action, instance, trace):
    """With where the other host's disks can be had."""
    engine.compute.step(context, action.order(), instance, trace.finished(), host=action.step_host,
                        migration=action.params["migration"], disks=(action.secrets or {}).get("disks"))


def bind_ports(engine, context, action, instance, trace):
    """Before a move ends badly: whether a host that failed has bound the server's ports to itself is not known."""
    with trace.hop("network.move_ports", function="network.client:NetworkClient.move_ports"):
        engine.network.move_ports(context, instance.uuid, instance.host)
    engine.step_done(context, action.order(), trace)
    engine.compute.compare(context, move_of(action).source_compute)     # old disks that are not needed, or put back


BIND_PORTS = Step("bind_ports", CONDUCTOR, bind_ports, undo="the server ends in ERROR anyway", backward=True)


def end_badly(action, move, event: str, fault, holds: bool, status: str = words.ERROR):
    """To the last step of a move that nobody can finish; ``holds``: both ends keep what they have of the server."""
    return Outcome(event, {"fault": fault}, next_step="bind_ports",
                   action_values={"params": {**action.params, "holds": holds}, "secrets": None},
                   effects=noted(move, status))


def ended_badly(action, move, event: str, status: str = words.ERROR):
    """The outcome of that step, whatever it did."""
    return Outcome(event, state="failed", message="Error",
                   effects=None if action.params["holds"] else closed(move, status, "old"))


def at_source(move: Migration) -> dict:
    """What a server is made of again when its first host takes it back: with an attempt that no other guest has."""
    return {"host": move.source_compute, "node": move.source_node, "availability_zone": move.source_zone,
            "flavor": move.old_flavor, "attempt": instances.table.c.attempt + 1}


def noted(move: Migration, status: str):
    """An effect: the move's status."""
    return lambda connection: moves.set_status(connection, move, status)


def closed(move: Migration, status: str, kept: str):
    """An effect: the move has ended."""
    return lambda connection: move_holds.close(connection, move, status, kept)


def succeeded(action, instance, report):
    move, values = move_of(action), report.values
    if action.step == "prep_resize":
        return Outcome("resize_prepared", next_step="resize_instance", next_host=move.source_compute,
                       effects=noted(move, words.MIGRATING))
    if action.step == "resize_instance":
        there = {"host": move.dest_compute, "node": move.dest_node, "availability_zone": move.dest_zone,
                 "flavor": move.new_flavor, "attempt": instances.table.c.attempt + 1}
        return Outcome("resize_migrated", {**there, "power_state": states.SHUTDOWN}, next_step="finish_resize",
                       next_host=move.dest_compute, action_values={"secrets": {"disks": values["disks"]}},
                       effects=noted(move, words.POST_MIGRATING))
    if action.step == "finish_resize":
        return Outcome("resized", {"power_state": values["power_state"], "launched_at": now(), "fault": None,
                                   "progress": 0}, effects=noted(move, words.FINISHED))
    if action.step == "bind_ports":
        return ended_badly(action, move, "resize_broken")
    return Outcome("resize_failed", {"power_state": values["power_state"]}, state="failed", message="Error",
                   effects=closed(move, words.ERROR, "old"))


def failed(action, instance, report):
    move = move_of(action)
    if action.step == "prep_resize":
        return _elsewhere(action, move, report)
    if action.step == "migrate_server":
        fault = report.fault
        if action.hosts_tried and instance.fault:       # why the hosts that there were did not take it
            fault = {**fault, "details": f"Tried {', '.join(action.hosts_tried)}; the last said: "
                                         f"{instance.fault.message}\n{instance.fault.details}"}
        return _as_before(move, fault)
    given_up = {"finish_resize": ("host_down",), "resize_instance": ("host_down", "host_fenced")}.get(action.step)
    if given_up and report.result not in given_up:
        return Outcome("resize_undone", {**at_source(move), "fault": report.fault}, next_step="finish_revert_resize",
                       next_host=move.source_compute, action_values={"secrets": None}, effects=noted(move, words.ERROR))
    if action.step == "bind_ports":
        return ended_badly(action, move, "resize_broken")
    # The host that was reached is silent: the guest may run there, so the old disks are kept, and not used.  Or the
    # first one is, or it could not put the disks back: when it starts, or compares, it does.
    return end_badly(action, move, "resize_given_up", report.fault, holds=action.step == "finish_resize")


def _as_before(move, fault):
    return Outcome("resize_failed", {"fault": fault}, state="failed", message="Error",
                   effects=closed(move, words.ERROR, "old"))


def _elsewhere(action, move, report):
    """Nothing has happened yet: any other host may do it, whatever became of this one."""
    tried = (*action.hosts_tried, report.host)
    if report.result != "error" and len(tried) < CONF.scheduler.max_attempts:
        return Outcome("resize_rescheduled", {"fault": report.fault}, next_step="migrate_server",
                       action_values={"hosts_tried": list(tried)},
                       effects=lambda connection: move_holds.not_there(connection, move))
    fault = report.fault
    if report.result != "error":
        error = exceptions.MaxRetriesExceeded(
            reason=f"Exhausted all hosts available for retrying a move of instance {move.instance_uuid}.")
        fault = {**fault, "message": str(error)[:255], "details": f"Tried {', '.join(tried)}; the last said: "
                                                                  f"{fault['message']}\n{fault['details']}"}
    return _as_before(move, fault)


RESIZE = Workflow("resize", (
    Step("migrate_server", CONDUCTOR, migrate_server,
         undo="choosing and claiming are one transaction with the next step"),
    Step("prep_resize", HOST, cast, done="resize_prepared", undo=move_holds.not_there),
    Step("resize_instance", HOST, cast, done="resize_migrated", undo="finish_revert_resize puts the disks back",
         timeout="move_timeout"),
    Step("finish_resize", HOST, fetch, done="resized", undo="finish_revert_resize puts the disks back", moves=True,
         timeout="move_timeout"),
    Step("finish_revert_resize", HOST, cast, done="resize_failed", undo="there is nothing before it", backward=True),
    BIND_PORTS,
), succeeded, failed)
