"""What values an attribute takes.  A kind is a function: the value as kept, or ValueError with the reason."""
import dataclasses
import ipaddress
import re
import uuid
from collections.abc import Callable

from nova_lite.context import RequestContext
from nova_lite.embedded.errors import ApiError, bad_request, forbidden

_MAC = re.compile(r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")
REQUIRED = object()
_MOST_ITEMS = 20


@dataclasses.dataclass(frozen=True)
class Attribute:
    """``kind`` checks a value; ``default`` is for a create (REQUIRED: none); ``post`` and ``put`` say where
    a client may give it; ``admin``: only an admin may."""

    kind: Callable
    default: object = None
    post: bool = True
    put: bool = True
    admin: bool = False


def text(most: int = 255) -> Callable:
    def check(value):
        if not isinstance(value, str) or len(value) > most or "\0" in value:
            raise ValueError(f"it must be a string of at most {most} characters")
        return value
    return check


def boolean(value):
    if value in (True, "true", "True", "1", 1):
        return True
    if value in (False, "false", "False", "0", 0):
        return False
    raise ValueError("it must be true or false")


def whole(least: int, most: int) -> Callable:
    def check(value):
        try:
            number = int(value) if isinstance(value, str) else value
        except ValueError:
            number = None
        if type(number) is not int or not least <= number <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return number
    return check


def only(*values) -> Callable:
    """For what the API knows and this service has in one form only."""
    def check(value):
        if value not in values:
            raise ValueError(f"only {' or '.join(str(v) for v in values)} is supported here")
        return value
    return check


def or_none(kind: Callable) -> Callable:
    return lambda value: None if value is None else kind(value)


def uuid_text(value):
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError) as exc:
        raise ValueError(f"'{value}' is not a valid UUID") from exc


def mac(value):
    if not isinstance(value, str) or not _MAC.match(value.lower()) or int(value[:2], 16) & 1:
        raise ValueError(f"'{value}' is not a valid unicast MAC address")
    return value.lower()


def _string(value) -> str:
    """ipaddress takes numbers too; an API does not."""
    if not isinstance(value, str):
        raise TypeError("it must be a string")
    return value


def address(value):
    try:
        return str(ipaddress.IPv4Address(_string(value)))
    except (ValueError, TypeError) as exc:
        raise ValueError(f"'{value}' is not a valid IPv4 address") from exc


def prefix(value):
    """With the bits of the host that were given, as Neutron keeps it."""
    try:
        return ipaddress.ip_interface(_string(value)).with_prefixlen
    except (ValueError, TypeError) as exc:
        raise ValueError(f"'{value}' is not a valid IP prefix") from exc


def prefix4(value):
    try:
        return str(ipaddress.IPv4Network(_string(value)))
    except (ValueError, TypeError) as exc:
        raise ValueError(f"'{value}' is not a valid IPv4 subnet (address of the net)/(length)") from exc


def items(kind: Callable) -> Callable:
    def check(value):
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > _MOST_ITEMS:
            raise ValueError(f"it must be a list of at most {_MOST_ITEMS} items")
        return [kind(item) for item in value]
    return check


def fields(required: dict, optional: dict | None = None) -> Callable:
    """An object with these keys."""
    known = {**required, **(optional or {})}

    def check(value):
        if not isinstance(value, dict) or not set(required) <= set(value) <= set(known):
            raise ValueError(f"'{value}' must be an object with {', '.join(known)}")
        return {key: known[key](item) for key, item in value.items()}
    return check


def mapping(value):
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("it must be an object")
    return value


def for_create(known: dict[str, Attribute], body: dict, context: RequestContext) -> dict:
    """All attributes with their defaults, and ``project_id``.  Raises ApiError (400, 403)."""
    project = body.get("project_id") or body.get("tenant_id") or context.project_id
    if not isinstance(project, str) or len(project) > 255:
        raise bad_request("Invalid input for project_id.", "HTTPBadRequest")
    if project != context.project_id and not context.is_admin:
        raise forbidden("Specifying 'project_id' other than the authenticated project in request requires admin "
                        "privileges")
    given = {key: value for key, value in body.items() if key not in ("project_id", "tenant_id")}
    values = _checked(known, given, context, "post")
    for name, attribute in known.items():
        if name not in values:
            if attribute.default is REQUIRED:
                raise bad_request(f"Failed to parse request. Required attribute '{name}' not specified",
                                  "HTTPBadRequest")
            values[name] = attribute.default
    return {**values, "project_id": project}


def for_update(known: dict[str, Attribute], body: dict, context: RequestContext) -> dict:
    """The attributes given.  Raises ApiError (400, 403)."""
    return _checked(known, body, context, "put")


def _checked(known: dict[str, Attribute], body: dict, context: RequestContext, verb: str) -> dict:
    values = {}
    unknown = [name for name in body if name not in known]
    if unknown:
        raise bad_request(f"Unrecognized attribute(s) '{', '.join(sorted(unknown))}'", "HTTPBadRequest")
    for name, value in body.items():
        attribute = known[name]
        if not getattr(attribute, verb):
            raise bad_request(f"Attribute '{name}' not allowed in {verb.upper()}", "HTTPBadRequest")
        try:
            values[name] = attribute.kind(value)
        except (ValueError, TypeError) as exc:
            raise ApiError(400, f"Invalid input for {name}. Reason: {exc}.", "HTTPBadRequest") from exc
        if attribute.admin and not context.is_admin and values[name] != attribute.default:
            raise forbidden(f"({verb}) is disallowed by policy: attribute '{name}' is an admin's")
    return values
