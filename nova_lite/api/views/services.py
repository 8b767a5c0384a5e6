"""Services as clients see them."""
import datetime

from nova_lite.api.views import times
from nova_lite.conf import CONF
from nova_lite.db.services import is_up
from nova_lite.models.service import COMPUTE, Service

INTERNAL_ZONE = "internal"


def zone(service: Service, zones: dict[str, str]) -> str:
    """Hosts of servers are in a zone for users, all else in one of its own.  ``zones``: {host: zone} of aggregates."""
    return zones.get(service.host, CONF.default_availability_zone) if service.binary == COMPUTE else INTERNAL_ZONE


def updated_at(service: Service) -> str | None:
    """When it was last heard of or changed."""
    known = [time for time in (service.last_seen_up, service.updated_at) if time is not None]
    return times.microseconds(max(known)) if known else None


def status(service: Service) -> str:
    return "disabled" if service.disabled else "enabled"


def state(service: Service, now: datetime.datetime) -> str:
    return "up" if is_up(service, now) else "down"


def show(request, service: Service, zones: dict[str, str], now: datetime.datetime) -> dict:
    body = {
        "id": service.uuid if request.version >= "2.53" else service.id,
        "binary": service.binary,
        "host": service.host,
        "zone": zone(service, zones),
        "status": status(service),
        "state": state(service, now),
        "updated_at": updated_at(service),
        "disabled_reason": service.disabled_reason,
    }
    if request.version >= "2.11":
        body["forced_down"] = service.forced_down
    return body
