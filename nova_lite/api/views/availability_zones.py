"""Availability zones, made up from services and the ``zones`` of their hosts: {host: zone} of aggregates."""
import datetime

from nova_lite.api.views.services import INTERNAL_ZONE, updated_at, zone
from nova_lite.db.services import is_up
from nova_lite.models.service import Service


def _zones(services: list[Service], zones: dict[str, str], now: datetime.datetime) -> dict[str, bool]:
    """Zones in order of name, available ones first, and whether each has a host that takes servers."""
    found: dict[str, bool] = {}
    for service in services:
        name = zone(service, zones)
        found[name] = found.get(name, False) or (not service.disabled and is_up(service, now))
    return dict(sorted(found.items(), key=lambda item: (not item[1], item[0])))


def brief(services: list[Service], zones: dict[str, str], now: datetime.datetime) -> dict:
    """What users may choose from."""
    return {"availabilityZoneInfo": [{"zoneName": name, "zoneState": {"available": available}, "hosts": None}
                                     for name, available in _zones(services, zones, now).items()
                                     if name != INTERNAL_ZONE]}


def detail(services: list[Service], zones: dict[str, str], now: datetime.datetime) -> dict:
    """With the enabled services of each host; a zone that is not available has no hosts."""
    body = []
    for name, available in _zones(services, zones, now).items():
        hosts: dict[str, dict] = {}
        for service in services if available else ():
            if zone(service, zones) == name and not service.disabled:
                hosts.setdefault(service.host, {})[service.binary] = {
                    "available": is_up(service, now), "active": True, "updated_at": updated_at(service)}
        body.append({"zoneName": name, "zoneState": {"available": available}, "hosts": hosts if available else None})
    return {"availabilityZoneInfo": body}
