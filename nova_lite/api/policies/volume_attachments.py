"""Volumes of servers."""
from nova_lite.api.policies import ADMIN, MEMBER, READER, documented

BASE = "os_compute_api:os-volumes-attachments"
SWAP = f"{BASE}:swap"
_ALL, _ONE = "/servers/{server_id}/os-volume_attachments", "/servers/{server_id}/os-volume_attachments/{volume_id}"

rules = [
    documented(f"{BASE}:index", READER, "List the volumes of a server.", ("GET", _ALL)),
    documented(f"{BASE}:create", MEMBER, "Attach a volume to a server.", ("POST", _ALL)),
    documented(f"{BASE}:show", READER, "Show an attached volume.", ("GET", _ONE)),
    documented(f"{BASE}:update", MEMBER, "Change an attached volume.", ("PUT", _ONE)),
    documented(SWAP, ADMIN, "Put another volume in the place of an attached one.", ("PUT", _ONE)),
    documented(f"{BASE}:delete", MEMBER, "Detach a volume from a server.", ("DELETE", _ONE)),
]
