"""Snapshots of volumes that are files: for the volume service."""
from nova_lite.api.policies import documented

_SERVICE = "role:service or rule:admin"

rules = [
    documented("os_compute_api:os-assisted-volume-snapshots:create", _SERVICE, "Make a snapshot of a volume in use.",
               ("POST", "/os-assisted-volume-snapshots")),
    documented("os_compute_api:os-assisted-volume-snapshots:delete", _SERVICE, "Delete a snapshot of a volume in use.",
               ("DELETE", "/os-assisted-volume-snapshots/{snapshot_id}")),
]
