"""Answers of the usage audit log."""
from nova_lite.api.schemas.parameter_types import INTEGER, STRING, always, exact, listed

_log = exact({
    **dict.fromkeys(("period_beginning", "period_ending", "overall_status"), STRING),
    **dict.fromkeys(("num_hosts", "num_hosts_done", "num_hosts_running", "num_hosts_not_run", "total_instances",
                     "total_errors"), INTEGER),
    "hosts_not_run": listed(STRING), "log": {"type": "object", "additionalProperties": exact({
        "state": {"enum": ["DONE", "RUNNING"]}, "instances": INTEGER, "errors": INTEGER, "message": STRING})}})
LISTED = always(exact({"instance_usage_audit_logs": _log}))
SHOWN = always(exact({"instance_usage_audit_log": _log}))
