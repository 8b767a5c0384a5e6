"""Of which hosts' servers the bus has been told for a period of [DEFAULT] instance_usage_audit_period."""
import datetime

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import usage_audit_log as schemas
from nova_lite.api.views import usage_audit_log as views
from nova_lite.db import services, session, usage_audits
from nova_lite.models.service import COMPUTE


@validation.answer(200, schemas.LISTED)
def index(_request):
    return {"instance_usage_audit_logs": _log(*usage_audits.last_period())}


@validation.answer(200, schemas.SHOWN)
def show(request):
    """The URL ends in a time: the last period that was over then is meant."""
    text = request.path_args["id"]
    try:
        before = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f" if "." in text else "%Y-%m-%d %H:%M:%S")
        period = usage_audits.last_period(before)
    except ValueError:
        raise exceptions.Invalid(f"Invalid timestamp for date {text}") from None
    return {"instance_usage_audit_log": _log(*period)}


def _log(begin: datetime.datetime, end: datetime.datetime) -> dict:
    with session.reader() as connection:
        hosts = {service.host for service in services.list_all(connection, binary=COMPUTE)}
        audits = usage_audits.of_period(connection, begin, end)
    return views.show(begin, end, hosts, audits)
