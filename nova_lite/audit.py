"""What the promises forbid, looked for: the invariants of the cloud as one function.

Used by ``nova-lite-manage audit`` and by the tests.  It reads the database and asks the hosts and the network
service; it changes nothing (``nova-lite-manage heal`` does).  Right at rest: work that goes on may look wrong
for its moment.
"""
import collections

import sqlalchemy as sa

from nova_lite import exceptions, states
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.db import actions, quotas, services, session
from nova_lite.db.tables import claims, hosts, instances
from nova_lite.models import Guest
from nova_lite.network.client import NetworkClient
from nova_lite.trace import now


def audit(networks: NetworkClient, context) -> list[str]:
    """One line for each thing that must not be; empty when all is well."""
    with session.reader() as connection:
        live = connection.execute(sa.select(instances).where(instances.c.deleted.is_(False))).all()
        findings = [*_orders(connection, live), *_claims(connection, live), *_quotas(connection)]
        up = [s.host for s in services.list_all(connection, binary="nova-compute") if services.is_up(s, now())]
    return [*findings, *_guests(live, up, context), *_ports(live, networks, context)]


def _orders(connection, live):
    at = now()
    open_orders = actions.open_orders(connection)
    busy = {action.instance_uuid for action in open_orders}
    for action in open_orders:
        if action.deadline is None or action.deadline < at:
            yield f"order {action.id} ({action.action} of {action.instance_uuid}) is overdue at step {action.step}"
    for row in live:
        if row.task_state is not None and row.uuid not in busy:
            yield f"server {row.uuid} has task_state {row.task_state} and no open order"
        if row.vm_state == states.ERROR and row.fault is None:
            yield f"server {row.uuid} is in ERROR without a fault"


def _claims(connection, live):
    """Claims equal the flavors of live servers on each host, in both directions; used is their sum."""
    expected = {(row.uuid, row.host): (row.flavor["vcpus"], row.flavor["memory_mb"]) for row in live if row.host}
    found = {(c.instance_uuid, c.host): c for c in connection.execute(sa.select(claims))}
    for uuid, host in expected.keys() - found.keys():
        yield f"server {uuid} has no claim on its host {host}"
    for uuid, host in found.keys() - expected.keys():
        yield f"claim of {uuid} on {host} belongs to no server there"
    for key in expected.keys() & found.keys():
        if expected[key] != (found[key].vcpus, found[key].memory_mb):
            yield f"claim of {key[0]} on {key[1]} is not its flavor"
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for claim in found.values():
        sums[claim.host] = [a + b for a, b in zip(
            sums[claim.host], (claim.vcpus, claim.memory_mb, claim.disk_gb, 1), strict=True)]
    for row in connection.execute(sa.select(hosts)):
        used = [row.vcpus_used, row.memory_mb_used, row.local_gb_used, row.running_vms]
        if used != sums[row.host]:
            yield f"host {row.host} counts {used} as used, its claims are {sums[row.host]}"
        for name in ("vcpus", "memory_mb", "local_gb"):
            if getattr(row, f"{name}_used") > max(getattr(row, f"{name}_limit"), 0):
                yield f"host {row.host} has more {name} used than it may"


def _quotas(connection):
    for project, counted, real in quotas.drift(connection):
        yield f"project {project} is counted with {counted}, its servers are {real}"


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
