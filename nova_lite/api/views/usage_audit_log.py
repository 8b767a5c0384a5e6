"""The usage audit log of a period."""
import datetime

from nova_lite.models.usage import UsageAudit


def show(begin: datetime.datetime, end: datetime.datetime, hosts: set[str], audits: list[UsageAudit]) -> dict:
    """``hosts``: all that there are.  There are no errors: what fails is tried again until it is done."""
    done = sum(audit.done for audit in audits)
    missing = sorted(hosts - {audit.host for audit in audits})
    told = "ALL" if done == len(hosts) else f"{done} of {len(hosts)}"
    return {"period_beginning": str(begin), "period_ending": str(end), "num_hosts": len(hosts), "num_hosts_done": done,
            "num_hosts_running": len(audits) - done, "num_hosts_not_run": len(missing), "hosts_not_run": missing,
            "total_instances": sum(audit.instances for audit in audits), "total_errors": 0,
            "overall_status": f"{told} hosts done. 0 errors.", "log": {audit.host: _of_host(audit) for audit in audits}}


def _of_host(audit: UsageAudit) -> dict:
    seconds = (audit.finished_at - audit.started_at).total_seconds() if audit.done else None
    message = f"Told of {audit.instances} instances of host {audit.host}"
    return {"state": "DONE" if audit.done else "RUNNING", "instances": audit.instances, "errors": 0,
            "message": f"{message} in {seconds} seconds." if audit.done else f"{message} so far."}
