"""Another password for a guest's administrator (somebody waits for the answer), an NMI that has it dump its memory."""
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import one_step
from nova_lite.db import instances


def cast_with_secrets(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished(), **action.params, **(action.secrets or {}))


def _why(action, report) -> dict:
    """For who waits: the code and text of what went wrong."""
    return {"params": {**action.params, "error": {key: report.fault[key] for key in ("code", "message")}}}


def password_set(action, instance, report):
    return Outcome(event="password_set", values={"power_state": report.values["power_state"]})


def password_failed(action, instance, report):
    return Outcome(event="password_failed", values={"fault": report.fault}, state="failed", message="Error",
                   action_values=_why(action, report))


def dumped(action, instance, report):
    return Outcome()


def dump_failed(action, instance, report):
    def effects(connection):
        instances.update(connection, instance.uuid, fault=report.fault)
    return Outcome(state="failed", message="Error", effects=effects)


CHANGE_PASSWORD = Workflow("changePassword", (
    Step("set_admin_password", HOST, cast_with_secrets, done="password_set", undo="nobody knows the password of before",
         timeout="answer_timeout"),), password_set, password_failed)
TRIGGER_CRASH_DUMP = Workflow("trigger_crash_dump", (
    Step("trigger_crash_dump", HOST, one_step.cast, undo="what was dumped is dumped"),), dumped, dump_failed)
