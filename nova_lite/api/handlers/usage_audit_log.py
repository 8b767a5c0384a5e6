"""Which hosts have told of their usage in the last whole month.

Nova's hosts do that when they are configured so; here none does (usage is what os-simple-tenant-usage adds up), so each
host has not run, and the answer is the one of a Nova without [DEFAULT] instance_usage_audit.
"""
import datetime

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import usage_audit_log as schemas
from nova_lite.db import services, session
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now


@validation.answer(200, schemas.LISTED)
def index(_request):
    return {"instance_usage_audit_logs": _log(now())}


@validation.answer(200, schemas.SHOWN)
def show(request):
    """The URL ends in a time: the month before it is meant."""
    text = request.path_args["id"]
    try:
        before = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f" if "." in text else "%Y-%m-%d %H:%M:%S")
        return {"instance_usage_audit_log": _log(before)}
    except (ValueError, OverflowError):
        raise exceptions.Invalid(f"Invalid timestamp for date {text}") from None


def _log(before: datetime.datetime) -> dict:
    end = before.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begin = (end - datetime.timedelta(days=1)).replace(day=1)
    with session.reader() as connection:
        hosts = sorted(service.host for service in services.list_all(connection, binary=COMPUTE))
    done = "ALL hosts" if not hosts else f"0 of {len(hosts)} hosts"
    return {"period_beginning": str(begin), "period_ending": str(end), "num_hosts": len(hosts), "num_hosts_done": 0,
            "num_hosts_running": 0, "num_hosts_not_run": len(hosts), "hosts_not_run": hosts, "total_instances": 0,
            "total_errors": 0, "overall_status": f"{done} done. 0 errors.", "log": {}}
