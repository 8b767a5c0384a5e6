"""Build: the scheduler chooses and claims a host, the host builds; a host that fails is followed by another.

The flow of ``POST /servers``, after the API's transaction, on one screen.
"""
from nova_lite import exceptions, states
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import placing
from nova_lite.conf import CONF
from nova_lite.db import claims, hosts
from nova_lite.models import RequestSpec
from nova_lite.trace import now

IN_A_MESSAGE = 32               # servers: about 100 KB without user data


def schedule(engine, context, action, instance, trace):
    """One order by itself; ``ConductorManager.build_instances`` schedules all of a request at once."""
    schedule_many(engine, context, [(action, instance)], trace)


def schedule_many(engine, context, rows, trace):
    """Choose, claim and cast for orders of one request.  Raises NoValidHost, ServiceUnavailable."""
    action, instance = rows[0]
    spec = RequestSpec(
        orders=tuple(a.order() for a, _ in rows), flavor=instance.flavor, image=instance.image_meta,
        project_id=instance.project_id, availability_zone=action.params.get("availability_zone"),
        force_hosts=tuple(action.params.get("force_hosts", ())),
        force_nodes=tuple(action.params.get("force_nodes", ())), ignore_hosts=action.hosts_tried,
        scheduler_hints=instance.scheduler_hints, transition="claimed", next_step="build_and_run_instance",
        step_timeout=CONF.workflow.build_timeout)
    selections = placing.select(engine, context, action, spec, trace)
    by_uuid, chosen = {i.uuid: (a, i) for a, i in rows}, {}
    for selection in selections:
        action, instance = by_uuid[selection.instance_uuid]
        chosen.setdefault(selection.service_host, []).append((
            action.replace(step="build_and_run_instance", step_host=selection.service_host,
                           attempt=selection.attempt),
            instance.replace(host=selection.service_host, node=selection.nodename, attempt=instance.attempt + 1,
                             task_state=states.NETWORKING)))
    for builds in chosen.values():
        for first in range(0, len(builds), IN_A_MESSAGE):
            cast_several(engine, context, builds[first:first + IN_A_MESSAGE], trace)


def cast_several(engine, context, rows, trace):
    """``cast`` of servers of one request to one host: in one message, since they have their secrets in common."""
    if len(rows) == 1:
        cast(engine, context, *rows[0], trace)
        return
    engine.compute.build_several(context, [(action.order(), instance) for action, instance in rows], trace.finished(),
                                 **_secrets(rows[0][0]))


def cast(engine, context, action, instance, trace):
    """To the chosen host, with everything it needs: it has no database."""
    engine.compute.step(context, action.order(), instance, trace.finished(), **_secrets(action))


def _secrets(action) -> dict:
    secrets = action.secrets or {}
    return {"admin_password": secrets.get("admin_password"), "injected_files": secrets.get("injected_files") or {}}


def abandon(engine, context, instance, action):
    """The host did not answer, so it did not give the ports back either; it may still have the guest."""
    engine.network.deallocate(context, instance.uuid)
    engine.compute.disown(context, instance.host, instance.uuid, instance.attempt, deallocate=False)


def succeeded(action, instance, report):
    return Outcome(event="built", values={**made(report), "launched_at": now(), "fault": None, "progress": 0})


def made(report) -> dict:
    """What the host tells of a guest that it has made."""
    return {name: report.values[name] for name in ("power_state", "network_info", "block_devices", "config_drive")
            if name in report.values}


def failed(action, instance, report):
    """Another host, unless it cannot help or enough were tried.

    A host that is only silent may have the guest running: nobody else may build it.
    """
    host, fault = report.host if action.step == "build_and_run_instance" else None, report.fault
    gone = {"host": None, "node": None, "network_info": (), "availability_zone": action.params.get("availability_zone")}

    def give_back(connection):
        claims.release(connection, instance.uuid)
        if host and report.result == "retry":
            hosts.build_failed(connection, host)

    tried = (*action.hosts_tried, host) if host else action.hosts_tried
    elsewhere = report.result in ("retry", "host_fenced")
    if elsewhere and host and len(tried) < CONF.scheduler.max_attempts:
        # What went wrong is kept: if no other host is found, the user should know why the first ones failed.
        return Outcome(event="rescheduled", values={**gone, "fault": fault}, next_step="schedule",
                       action_values={"hosts_tried": list(tried)}, effects=give_back)
    if tried and (host is None or elsewhere):
        error = exceptions.MaxRetriesExceeded(
            reason=f"Exhausted all hosts available for retrying build failures for instance {instance.uuid}.")
        last = fault if host else instance.fault.to_dict() if instance.fault else fault
        fault = {"code": 500, "message": str(error), "created": fault["created"],
                 "details": f"Tried {', '.join(tried)}; the last said: {last['message']}\n{last['details']}"}
    return Outcome(event="build_failed", values={**gone, "fault": fault}, state="failed", message="Error",
                   effects=give_back)


BUILD = Workflow("build", (
    Step("schedule", CONDUCTOR, schedule, undo="choosing and claiming are one transaction with the next step"),
    Step("build_and_run_instance", HOST, cast, done="built", undo=claims.release, abandon=abandon,
         timeout="build_timeout", moves=True),
), succeeded, failed, needs_rows=False)
