"""Quota classes: server groups came in at 2.50, when what the network service limits left; injection left at 2.57."""
from nova_lite.api.schemas.quota_sets import COUNTED, GROUPS, INJECTION, NETWORK


def resources(version) -> tuple[str, ...]:
    names = COUNTED if version >= "2.50" else tuple(name for name in COUNTED if name not in GROUPS) + NETWORK
    return names if version >= "2.57" else names + INJECTION


def show(request, limits: dict[str, int], name: str | None = None) -> dict:
    """``name``: the class; the answer to an update leaves it out, as Nova's."""
    body = {} if name is None else {"id": name}
    return {"quota_class_set": body | {resource: limits[resource] for resource in resources(request.version)}}
