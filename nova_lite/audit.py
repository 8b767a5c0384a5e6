"""What the promises forbid, looked for: the invariants of the cloud as one function.

Used by ``nova-lite-manage audit`` and by the tests.  It reads the database and asks the hosts and the network
service; it changes nothing (``nova-lite-manage heal`` does).  Right at rest: work that goes on may look wrong
for its moment.
"""
import collections

from nova_lite import exceptions, states
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.db import audit as db_audit
from nova_lite.db import services, session
from nova_lite.models import Guest
from nova_lite.network.client import NetworkClient
from nova_lite.trace import now


def audit(networks: NetworkClient, context) -> list[str]:
    """One line for each thing that must not be; empty when all is well."""
    with session.reader() as connection:
        live = db_audit.live_servers(connection)
        findings = db_audit.findings(connection, live)
        up = [s.host for s in services.list_all(connection, binary="nova-compute") if services.is_up(s, now())]
    return [*findings, *_guests(live, up, context), *_ports(live, networks, context)]


def _guests(live, up, context):
    """Each host that is up has the guests of its servers, and nothing else."""
    owners = {row.uuid: row for row in live}
    where = collections.defaultdict(set)
    for host in up:
        try:
            answer = ComputeAPI().list_guests(context, host)
        except exceptions.ServiceUnavailable as error:
            yield f"host {host} is up but does not answer: {error}"
            continue
        for guest in map(Guest.from_dict, answer["guests"]):
            where[guest.uuid].add(host)
            row = owners.get(guest.uuid)
            if row is None or row.host != host:
                yield f"guest {guest.uuid} on {host} belongs to no server there"
            elif guest.attempt != row.attempt:
                yield f"guest {guest.uuid} on {host} is of attempt {guest.attempt}, the server's is {row.attempt}"
        for uuid in answer["leftovers"]:
            if uuid not in owners or owners[uuid].host != host:
                yield f"something of {uuid} is left on {host}"
    for row in live:
        if row.host in up and row.uuid not in where and row.task_state is None and row.vm_state in (
                states.ACTIVE, states.STOPPED):
            yield f"server {row.uuid} has no guest on {row.host}"
    for uuid, hosts_ in where.items():
        if len(hosts_) > 1:
            yield f"server {uuid} has guests on {', '.join(sorted(hosts_))}"


def _ports(live, networks, context):
    known = {row.uuid for row in live}
    for port, uuid in networks.orphans(context).items():
        if uuid not in known:
            yield f"port {port} belongs to server {uuid}, which is gone"
