"""Flavors as clients see them."""
from nova_lite.models import Flavor


def show(request, flavor: Flavor, with_extra_specs: bool) -> dict:
    """All of a flavor.  Without swap it says "" until 2.74."""
    body = {
        "id": flavor.flavorid,
        "name": flavor.name,
        "ram": flavor.memory_mb,
        "disk": flavor.root_gb,
        "swap": flavor.swap if flavor.swap or request.version >= "2.75" else "",
        "OS-FLV-EXT-DATA:ephemeral": flavor.ephemeral_gb,
        "os-flavor-access:is_public": flavor.is_public,
        "vcpus": flavor.vcpus,
        "links": request.links("flavors", flavor.flavorid),
    }
    if request.version < "2.102":
        body["OS-FLV-DISABLED:disabled"] = flavor.disabled
        body["rxtx_factor"] = flavor.rxtx_factor
    if request.version >= "2.55":
        body["description"] = flavor.description
    if with_extra_specs and request.version >= "2.61":
        body["extra_specs"] = flavor.extra_specs
    return body


def brief(request, flavor: Flavor) -> dict:
    """A flavor in the short list."""
    body = {"id": flavor.flavorid, "name": flavor.name, "links": request.links("flavors", flavor.flavorid)}
    if request.version >= "2.55":
        body["description"] = flavor.description
    return body


def page(request, flavors: list[Flavor], limit: int, view) -> dict:
    """A list; a full page has a link to the next."""
    body = {"flavors": [view(flavor) for flavor in flavors]}
    if flavors and len(flavors) == limit:
        body["flavors_links"] = [request.next_link(flavors[-1].flavorid)]
    return body
