"""Security groups and their rules until 2.35: the network service's."""
import urllib.parse

import netaddr
from oslo_utils import uuidutils

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers import backend
from nova_lite.api.schemas import security_groups as schemas
from nova_lite.api.views import security_groups as views
from nova_lite.api.wsgi import Response

_PROTOCOLS = ("TCP", "UDP", "ICMP")


def _id(request) -> str:
    text = request.path_args["id"]
    if not uuidutils.is_uuid_like(text):
        raise exceptions.Invalid("Security group id should be uuid")
    return text


def _shown(request, group: dict) -> dict:
    others = backend.networks().groups_by_id(request.context, views.sources([group]))
    return {"security_group": views.show(group, {**others, group["id"]: group})}


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    """``all_tenants``, whatever it says, is for administrators; others get their own."""
    limit, offset = request.window()
    groups = backend.networks().groups(request.context, "all_tenants" in request.GET)[offset:offset + limit]
    return views.index(groups, backend.networks().groups_by_id(request.context, views.sources(groups)))


@validation.answer(200, schemas.SHOWN)
def show(request):
    return _shown(request, backend.networks().group(request.context, _id(request)))


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.CREATE)
def create(request):
    return _shown(request, backend.networks().create_group(request.context, **_asked(request)))


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.CREATE)
def update(request):
    return _shown(request, backend.networks().update_group(request.context, _id(request), **_asked(request)))


def _asked(request) -> dict:
    return {name: request.parsed_body["security_group"][name] for name in ("name", "description")}


@validation.answer(202)
def delete(request):
    backend.networks().delete_group(request.context, _id(request))
    return Response(202)


# -- rules ------------------------------------------------------------------------------------------------
@validation.answer(200, schemas.RULE_CREATED)
@validation.body(*schemas.CREATE_RULE)
def create_rule(request):
    asked = request.parsed_body["security_group_rule"]
    group = backend.networks().group(request.context, asked["parent_group_id"])
    source = backend.networks().group(request.context, asked["group_id"]) if asked.get("group_id") else None
    made = backend.networks().create_rule(request.context, group["id"], **_rule(asked, source))
    return {"security_group_rule": views.rule(made, {source["id"]: source} if source else {})}


@validation.answer(202)
def delete_rule(request):
    backend.networks().delete_rule(request.context, _id(request))
    return Response(202)


def _rule(asked: dict, source: dict | None) -> dict:
    """What the network service is asked for.  Raises Invalid (400)."""
    protocol, low, high = (asked.get(name) for name in ("ip_protocol", "from_port", "to_port"))
    if source is not None and low is None and high is None:          # a group may be let in by everything
        low, high = {"TCP": (1, 65535), "UDP": (1, 65535), "ICMP": (-1, -1)}.get(str(protocol).upper(), (None, None))
    cidr = None if source else _cidr(asked.get("cidr"))
    rule = {"direction": "ingress", "remote_ip_prefix": cidr, "remote_group_id": source and source["id"],
            "ethertype": f"IPv{netaddr.IPNetwork(cidr).version}" if cidr else "IPv4"}
    if not protocol or low is None or high is None:
        if source is None:
            raise exceptions.Invalid("Not enough parameters to build a valid rule.")
        return rule
    low, high = _ports(str(protocol), low, high)
    return {**rule, "protocol": str(protocol).lower(), "port_range_min": low, "port_range_max": high}


def _cidr(text) -> str:
    if not text:
        return "0.0.0.0/0"
    try:
        address, _, length = urllib.parse.unquote(str(text)).partition("/")
        found = netaddr.IPNetwork(f"{address}/{int(length)}")
    except (ValueError, netaddr.AddrFormatError):
        raise exceptions.Invalid(f"Invalid IP address/prefix: {text} is not a valid CIDR.") from None
    if found.prefixlen == 0 and int(found.ip):
        raise exceptions.Invalid(f"Bad prefix for network in cidr {text}")
    return str(found)


def _ports(protocol: str, low, high) -> tuple[int | None, int | None]:
    """-1 of ICMP is any type or code: None, as the network service has it."""
    kind = protocol.upper()
    try:
        low, high = int(low), int(high)
    except (TypeError, ValueError):
        raise exceptions.Invalid("Type and Code must be integers for ICMP protocol type" if kind == "ICMP"
                                 else "To and From ports must be integers") from None
    if kind not in _PROTOCOLS:
        raise exceptions.Invalid(f"Invalid IP protocol {protocol}.")

    def refuse(reason):
        raise exceptions.Invalid(f"Invalid port range {low}:{high}. {reason}")
    if kind == "ICMP":
        if not (-1 <= low <= 255 and -1 <= high <= 255):
            refuse("For ICMP, the type:code must be valid")
        return (None if low == -1 else low, None if high == -1 else high)
    if low > high:
        refuse("Former value cannot be greater than the later")
    if low < 1 or high > 65535:
        refuse(f"Valid {kind} ports should be between 1-65535")
    return low, high
