"""Answers of availability zones."""
from nova_lite.api.schemas.parameter_types import MICROSECONDS, NULL, STRING, TRUTH, always, exact, listed, or_null

_service = exact({"available": TRUTH, "active": TRUTH, "updated_at": or_null(MICROSECONDS)})
_hosts = {"type": ["object", "null"],
          "additionalProperties": {"type": "object", "additionalProperties": _service}}


def _zones(hosts: dict) -> tuple:
    return always(exact({"availabilityZoneInfo": listed(exact(
        {"zoneName": STRING, "zoneState": exact({"available": TRUTH}), "hosts": hosts}))}))


LISTED, DETAILED = _zones(NULL), _zones(_hosts)
