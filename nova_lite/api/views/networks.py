"""Networks as clients saw them when Nova had its own."""
from nova_lite.api.schemas.networks import ADMIN_FIELDS, FIELDS


def show(network: dict, admin: bool) -> dict:
    """``network``: Neutron's body.  What it cannot tell is null."""
    return {"id": network["id"], "label": network["name"], **dict.fromkeys(FIELDS),
            **(dict.fromkeys(ADMIN_FIELDS) if admin else {})}


def own(network: dict) -> dict:
    """Of ``os-tenant-networks``; the cidr is a word, as Nova's always was with Neutron."""
    return {"id": network["id"], "label": network["name"], "cidr": "None"}
