"""Quota sets: which resources a microversion shows."""
from nova_lite.api.schemas.quota_sets import COUNTED, INJECTION, NETWORK
from nova_lite.models.quota import Quota


def resources(version) -> tuple[str, ...]:
    """Network's left at 2.36, file injection's at 2.57."""
    names = COUNTED
    if version < "2.57":
        names += INJECTION
    if version < "2.36":
        names += NETWORK
    return names


def show(request, limits: dict[str, int], project_id: str | None = None) -> dict:
    """Limits alone; ``id`` is left out where Nova does (``project_id`` None)."""
    body = {} if project_id is None else {"id": project_id}
    return {"quota_set": body | {name: limits[name] for name in resources(request.version)}}


def detail(request, quota: Quota) -> dict:
    """Limits and usage; nothing is ever reserved without being used."""
    used = quota.used.to_dict()
    return {"quota_set": {"id": quota.project_id} | {
        name: {"limit": quota.limits[name], "in_use": used.get(name, 0), "reserved": 0}
        for name in resources(request.version)}}
