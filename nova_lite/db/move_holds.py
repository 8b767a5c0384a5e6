"""What a move holds until it is confirmed or taken back: two claims, and the larger of two flavors in the quota.

The larger flavor counts from the request on, and the other end has a claim from the choice on; ``close`` gives back
what is not kept.  Callers hold the transaction.
"""
import uuid as uuidlib

from nova_lite.db import claims, moves, quotas
from nova_lite.models import Flavor, Instance, Migration
from nova_lite.models import migration as words
from nova_lite.trace import now


def begin(connection, instance: Instance, new_flavor: Flavor, kind: str) -> Migration:
    """A new one, open, its larger flavor counted.  Raises TooManyInstances (403)."""
    old = instance.flavor
    cores, ram = max(0, new_flavor.vcpus - old.vcpus), max(0, new_flavor.memory_mb - old.memory_mb)
    if cores or ram:
        quotas.reserve(connection, instance.project_id, 0, cores, ram, instance.user_id)
    return moves.insert(connection, Migration(
        id=0, uuid=str(uuidlib.uuid4()), instance_uuid=instance.uuid, migration_type=kind, status=words.PRE_MIGRATING,
        source_compute=instance.host, source_node=instance.node, source_zone=instance.availability_zone,
        old_flavor=old, new_flavor=new_flavor, old_vm_state=instance.vm_state, user_id=instance.user_id,
        project_id=instance.project_id, created_at=now()))


def not_there(connection, move: Migration) -> None:
    """The chosen host does not take it: its claim is given back."""
    claims.release(connection, move.instance_uuid, migration_id=move.id)
    moves.update(connection, move.id, dest_compute=None, dest_node=None, dest_zone=None, dest_host=None)


def close(connection, move: Migration, status: str, kept: str) -> None:
    """Nothing is held twice any more.  ``kept``: "old" or "new", the flavor and the claim that stay."""
    flavor = move.new_flavor if kept == "new" else move.old_flavor
    cores, ram = move.held
    if (cores, ram) != (flavor.vcpus, flavor.memory_mb):
        quotas.release(connection, move.project_id, 0, cores - flavor.vcpus, ram - flavor.memory_mb)
    if kept == "new":
        claims.release(connection, move.instance_uuid, but_migration_id=move.id)
    else:
        claims.release(connection, move.instance_uuid, migration_id=move.id)
    moves.update(connection, move.id, status=status, open=False)


def kept_end(instance: Instance, move: Migration) -> str:
    """Which end the server has come to rest at: "old" or "new"."""
    there = instance.host == move.dest_compute and (not move.same_host or instance.flavor == move.new_flavor)
    return "new" if there else "old"


def close_deleted(connection, instance: Instance) -> tuple[int, int]:
    """The server is gone; its claims are the caller's.  Gives the virtual CPUs and MiB that it was charged."""
    move = moves.open_of(connection, instance.uuid)
    if move is None:
        return instance.flavor.vcpus, instance.flavor.memory_mb
    moves.update(connection, move.id, open=False,
            status=words.CONFIRMED if move.status in (words.FINISHED, words.CONFIRMING) else words.ERROR)
    return move.held
