"""What can be put right without asking: counters, claims, guests and ports that belong to nobody.

Each repair is made again from the truth in its own transaction; whatever an open order works on is left to it.
"""
from collections.abc import Iterator

from nova_lite import exceptions
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.db import heal as repairs
from nova_lite.db import instances, moves, quotas, services, session
from nova_lite.network.client import NetworkClient
from nova_lite.trace import now


def heal(networks: NetworkClient, context, dry_run: bool = False) -> Iterator[str]:
    """Yield a line for each repair, made before the line comes (unless ``dry_run``)."""
    yield from session.transaction(repairs.drop_orphan_claims)(dry_run)
    yield from session.transaction(repairs.recount_hosts)(dry_run)
    yield from session.transaction(repairs.clear_task_states)(dry_run)
    yield from _quota_counters(dry_run)             # a server whose restore was given up counts no more
    yield from _foreign_guests(context, dry_run)
    yield from _orphan_ports(networks, context, dry_run)


def _quota_counters(dry_run):
    with session.reader() as connection:
        drifted = quotas.drift(connection)
    for project, counted, real in drifted:
        if not dry_run:
            session.transaction(quotas.recount)(project)
        yield f"project {project} counted anew: {counted} becomes {real}"


def _foreign_guests(context, dry_run):
    with session.reader() as connection:
        up = [s.host for s in services.list_all(connection, binary="nova-compute") if services.is_up(s, now())]
    for host in up:
        try:
            answer = ComputeAPI().list_guests(context, host)
        except exceptions.ServiceUnavailable as error:
            yield f"host {host} does not answer, its guests are left alone: {error}"
            continue
        attempts = {guest["uuid"]: guest["attempt"] for guest in answer["guests"]}
        for uuid in sorted(attempts.keys() | set(answer["leftovers"])):
            server = _live(uuid)
            if server is None or (server.host != host and server.task_state is None and not _moves_from(uuid, host)):
                if not dry_run:
                    ComputeAPI().disown(context, host, uuid, attempts.get(uuid, 1 << 30), deallocate=server is None)
                yield f"guest {uuid} on {host} goes"


def _moves_from(uuid: str, host: str) -> bool:
    with session.reader() as connection:
        move = moves.open_of(connection, uuid)
    return move is not None and move.source_compute == host


def _orphan_ports(networks, context, dry_run):
    for port in networks.server_ports(context):
        if _live(port.instance_uuid) is None:
            if not dry_run:
                networks.deallocate(context, port.instance_uuid)
            yield f"port {port.id} of {port.instance_uuid} goes"


def _live(uuid):
    """The server, or None."""
    try:
        with session.reader() as connection:
            return instances.get(connection, uuid)
    except exceptions.InstanceNotFound:
        return None
