"""Moves as clients see them."""
from nova_lite.api.views import times
from nova_lite.api.wsgi import Request
from nova_lite.models import Migration


def index(request: Request, moves, next_marker: str | None) -> dict:
    body = {"migrations": [_listed(request, move) for move in moves]}
    if next_marker:
        body["migrations_links"] = [request.next_link(next_marker)]
    return body


def _listed(request: Request, move: Migration) -> dict:
    body = {
        **_ends(move),
        "instance_uuid": move.instance_uuid,
        "old_instance_type_id": move.old_flavor.id,
        "new_instance_type_id": move.new_flavor.id,
    }
    if request.version >= "2.23":
        body["migration_type"] = move.migration_type
    return {**body, **_newer(request, move)}


def of_server(request: Request, move: Migration) -> dict:
    """One that goes on; how far it has come is not known: its host has not told."""
    return {**_ends(move), "server_uuid": move.instance_uuid,
            **dict.fromkeys(("memory_total_bytes", "memory_processed_bytes", "memory_remaining_bytes",
                             "disk_total_bytes", "disk_processed_bytes", "disk_remaining_bytes")),
            **_newer(request, move)}


def _ends(move: Migration) -> dict:
    return {
        "id": move.id,
        "status": move.status,
        "source_compute": move.source_compute,
        "source_node": move.source_node,
        "dest_compute": move.dest_compute,
        "dest_node": move.dest_node,
        "dest_host": move.dest_host,
        "created_at": times.microseconds(move.created_at),
        "updated_at": times.microseconds(move.updated_at),
    }


def _newer(request: Request, move: Migration) -> dict:
    body = {}
    if request.version >= "2.59":
        body["uuid"] = move.uuid
    if request.version >= "2.80":
        body |= {"user_id": move.user_id, "project_id": move.project_id}
    return body
