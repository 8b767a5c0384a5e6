"""What the network, volume and bare metal services tell of servers.

Nothing here waits for an event: a host makes a guest's interfaces itself before it starts the guest, and asks for what
it needs to know. So an event is taken when its server is on a host, and told in the log; services that send them,
and wait for the answer, do not notice the difference.  Of a changed network what the server shows is read anew: its
floating IPs are the network service's, and most come by no order of ours.
"""
import logging

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.schemas import server_external_events as schemas
from nova_lite.api.wsgi import Response

LOG = logging.getLogger(__name__)
# Without a tag nobody could tell which volume is meant, or what the power shall be.
_NEED_TAG = ("volume-extended", "volume-reimaged", "power-update", "accelerator-request-bound")
_POWER = ("POWER_ON", "POWER_OFF")


@validation.answer(200, schemas.CREATED)
@validation.answer(207, schemas.CREATED)
@validation.body(*schemas.CREATE)
def create(request):
    """200 when all are taken, else 207 with the code of each."""
    events = request.parsed_body["events"]
    hosts = compute().hosts_of({event["server_uuid"] for event in events})
    answered = [_answer(event, hosts) for event in events]
    for uuid in dict.fromkeys(event["server_uuid"] for event in answered
                              if event["name"] == "network-changed" and event["code"] == 200):
        _read_network(request, uuid)
    taken = all(event["code"] == 200 for event in answered)
    return Response(200 if taken else 207, {"events": answered})


def _read_network(request, uuid: str) -> None:
    try:
        compute().note_floating_ips(request.context, uuid)
    except exceptions.ServiceUnavailable as exc:
        LOG.warning("floating IPs of server %s are not known anew: %s", uuid, exc)


def _answer(event: dict, hosts: dict[str, str | None]) -> dict:
    uuid, name, tag = event["server_uuid"], event["name"], event.get("tag")
    if uuid not in hosts:
        return {**event, "status": "failed", "code": 404}
    if (name in _NEED_TAG and not tag) or (name == "power-update" and tag not in _POWER):
        return {**event, "status": "failed", "code": 400}
    if hosts[uuid] is None:
        return {**event, "status": "failed", "code": 422}
    LOG.info("event %s:%s of server %s on %s: %s", name, tag, uuid, hosts[uuid], event.get("status", "completed"))
    return {**event, "status": "completed", "code": 200}
