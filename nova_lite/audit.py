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
from nova_lite.models import Finding, Guest
from nova_lite.models.finding import DOUBLED, LEAKED, LOST, STUCK
from nova_lite.network.client import NetworkClient
from nova_lite.trace import now

# What a server's guest must do, where its vm_state says it.


def audit(networks: NetworkClient, context, at_rest: bool = False) -> list[Finding]:
    """Each thing that must not be; empty when all is well.

    ``at_rest``: nothing was asked for lately, so an open order, work on a host or a silent host is a finding too.
    """
    with session.reader() as connection:
        rows = db_audit.rows(connection)
        findings = db_audit.findings(connection, rows, at_rest)
        computes = services.list_all(connection, binary="nova-compute")
    up = [service.host for service in computes if services.is_up(service, now())]
    if at_rest:
        findings += [Finding(STUCK, f"host {service.host} is down") for service in computes if service.host not in up]
    return [*findings, *_hosts(rows, up, context, at_rest), *_ports(rows, networks, context)]


def _hosts(rows: db_audit.Rows, up, context, at_rest):
    """Each host that is up has the guests of its servers, and nothing else."""
    owners, where = {row.uuid: row for row in rows.live}, collections.defaultdict(dict)
    for host in up:
        try:
            answer = ComputeAPI().list_guests(context, host)
        except exceptions.ServiceUnavailable as error:
            yield Finding(STUCK, f"host {host} is up but does not answer: {error}")
            continue
        guests = {guest.uuid: guest for guest in map(Guest.from_dict, answer["guests"])}
        for uuid, guest in guests.items():
            where[uuid][host] = guest
            row = owners.get(uuid)
            if row is None or row.host != host:
                yield Finding(LEAKED, f"guest {uuid} on {host} belongs to no server there")
            elif guest.attempt != row.attempt:
                yield Finding(DOUBLED, f"guest {uuid} on {host} is of attempt {guest.attempt}, the server's is "
                                       f"{row.attempt}")
        for uuid, mark in answer["old_disks"].items():
            move = rows.moving.get(uuid)
            if move is None or move.source_compute != host or move.uuid != mark["migration_uuid"]:
                yield Finding(LEAKED, f"old disks of {uuid} are left on {host}")
        for uuid in answer["leftovers"]:
            if uuid not in guests and (uuid not in owners or owners[uuid].host != host):
                yield Finding(LEAKED, f"something of {uuid} is left on {host}")
        for stray in answer["strays"]:
            yield Finding(LEAKED, f"{stray} on {host} is left of something")
        for number in answer["orders"] if at_rest else ():
            yield Finding(STUCK, f"host {host} works on order {number}")
    yield from _guests(rows, up, where)


def _guests(rows, up, where):
    """``where``: {uuid: {host: Guest}} of all guests that were found."""
    for row in rows.live:
        wanted = states.EXPECTED_POWER.get(row.vm_state)
        if row.host not in up or row.uuid in rows.busy or wanted is None:
            continue
        guest = where.get(row.uuid, {}).get(row.host)
        if guest is None:
            yield Finding(LOST, f"server {row.uuid} has no guest on {row.host}")
        elif guest.power_state != wanted:
            yield Finding(LOST, f"server {row.uuid} is {row.vm_state}, the power state of its guest is "
                                f"{guest.power_state}")
    for uuid, guests in where.items():
        if len(guests) > 1:
            yield Finding(DOUBLED, f"server {uuid} has guests on {', '.join(sorted(guests))}")


def _ports(rows, networks, context):
    """Each server has the ports that it shows, on its host; no port is of a server that is gone."""
    owners, found = {row.uuid: row for row in rows.live}, collections.defaultdict(set)
    for port in networks.server_ports(context):
        row = owners.get(port.instance_uuid)
        if row is None:
            yield Finding(LEAKED, f"port {port.id} belongs to server {port.instance_uuid}, which is gone")
            continue
        found[row.uuid].add(port.id)
        if row.uuid not in rows.busy and port.host != (row.host or ""):
            yield Finding(LEAKED, f"port {port.id} of server {row.uuid} is bound to host '{port.host}', the server's "
                                  f"is '{row.host}'")
    for row in rows.live:
        if row.uuid not in rows.busy:
            shown = {vif.id for vif in row.network_info}
            for port in found[row.uuid] - shown:
                yield Finding(LEAKED, f"port {port} is left of server {row.uuid}, which does not show it")
            for port in shown - found[row.uuid] if row.vm_state != states.ERROR else ():    # a delete that failed
                yield Finding(LOST, f"server {row.uuid} shows port {port}, which is gone")
