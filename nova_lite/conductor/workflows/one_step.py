"""Workflows of one step on the server's host, with nothing to take back: whatever it did, its power state is told."""
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow

NOTHING = "the host did it or not; its power state is reported either way"


def cast(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished(), **action.params, **(action.secrets or {}))


def succeeded(done: str):
    def outcome(action, instance, report):
        return Outcome(event=done, values={"power_state": report.values["power_state"]})
    return outcome


def failed(event: str):
    def outcome(action, instance, report):
        values = {"fault": report.fault}
        if "power_state" in report.values:
            values["power_state"] = report.values["power_state"]
        return Outcome(event=event, values=values, state="failed", message="Error")
    return outcome


def workflow(name: str, done: str, failure, **options) -> Workflow:
    """``failure``: the state event of a failed step, or a function that gives its Outcome."""
    return Workflow(name, (Step(f"{name}_instance", HOST, cast, done=done, undo=NOTHING, **options),),
                    succeeded(done), failed(failure) if isinstance(failure, str) else failure, needs_rows=False)
