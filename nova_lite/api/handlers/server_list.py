"""Reads the query string of a list of servers: filters, order, page."""
from oslo_utils import strutils, timeutils

from nova_lite import exceptions, states
from nova_lite.api import policies
from nova_lite.api.policies import servers as rules
from nova_lite.api.schemas.servers import IGNORED_SORT_KEYS, JOINED_TABLES
from nova_lite.models.server_query import ServerQuery

PAGE = ("limit", "marker", "sort_key", "sort_dir")
# What everybody may filter by, and since when; who has the policy allow_all_filters may use all below.
OPEN_FILTERS = {
    "2.1": ("reservation_id", "name", "status", "image", "flavor", "ip", "changes-since", "all_tenants"),
    "2.5": ("ip6",),
    "2.26": ("tags", "tags-any", "not-tags", "not-tags-any"),
    "2.66": ("changes-before",),
    "2.73": ("locked",),
    "2.83": ("availability_zone", "config_drive", "key_name", "created_at", "launched_at", "terminated_at",
             "power_state", "task_state", "vm_state", "progress", "user_id"),
    "2.90": ("hostname",),
}
# parameter -> field of Instance
EQUAL = {"user_id": "user_id", "image": "image_ref", "image_ref": "image_ref", "vm_state": "vm_state", "host": "host",
         "uuid": "uuid", "flavor": "flavorid"}
MATCHING = {"name": "display_name", "display_name": "display_name", "description": "display_description",
            "display_description": "display_description",
            **{name: name for name in ("hostname", "key_name", "task_state", "node", "reservation_id",
                                       "availability_zone", "locked_by", "root_device_name", "access_ip_v4",
                                       "access_ip_v6")}}
NUMBERS = ("power_state", "progress", "launch_index")
FLAGS = ("config_drive", "auto_disk_config")
TIMES = ("created_at", "launched_at", "terminated_at")
# Columns of Nova's that are none here: taken, and without effect.
NO_COLUMN = ("kernel_id", "ramdisk_id")
ADMIN_SORT_KEYS = ("host", "node")
SORT_FIELDS = {"instance_type_id": "flavorid", "locked": "locked_by"}


def query(request, detail: bool) -> ServerQuery | None:
    """What to ask the database for; None when the answer is an empty list already."""
    filters = _allowed(request)
    values = {"limit": request.limit(), "marker": request.GET.get("marker"), "sort": _sort(request),
              "project_id": _project(request, filters, detail), "deleted": _deleted(filters)}
    values["soft_deleted"] = _soft_deleted(filters, values["deleted"])
    if "status" in filters:
        wanted = [pair for status in request.GET.getall("status") for pair in states.states_of_status(status)]
        if not wanted:
            if request.version >= "2.38":
                raise exceptions.Invalid("Invalid status value")
            return None
        if all(vm_state == states.DELETED for vm_state, _ in wanted):
            if not request.context.is_admin:
                raise exceptions.Forbidden("Only administrators may list deleted instances")
            values["deleted"] = True
        values["states"] = tuple(wanted)
        values["soft_deleted"] |= any(vm_state == states.SOFT_DELETED for vm_state, _ in wanted)
    values |= _changes(filters)
    if "locked" in filters:
        values["locked"] = _flag("locked", filters["locked"])
    for key in ("tags", "tags-any", "not-tags", "not-tags-any"):
        if filters.get(key):
            values[key.replace("-", "_")] = tuple(dict.fromkeys(filters[key].split(",")))
    return ServerQuery(**values, **_columns(filters))


def _allowed(request) -> dict:
    """The filters that the caller may use; others are dropped, as Nova does."""
    filters = {key: value for key, value in request.GET.items() if key not in PAGE}
    if policies.allowed(request.context, rules.ALL_FILTERS):
        for key in filters:
            if key in JOINED_TABLES or key.startswith("_"):
                raise exceptions.Invalid(f"Invalid filter field: {key}.")
        return filters
    names = {name for since, names in OPEN_FILTERS.items() if request.version >= since for name in names}
    return {key: value for key, value in filters.items() if key in names}


def _project(request, filters, detail) -> str | None:
    """Whose servers: the caller's, or with ``all_tenants`` (an empty one is true) those asked for, or all."""
    everybody = filters.pop("all_tenants", None)
    asked = filters.pop("tenant_id", None)
    asked = filters.pop("project_id", asked)
    if everybody is None or not (everybody == "" or _flag("all_tenants", everybody)):
        return request.context.project_id
    policies.check(request.context, rules.ALL_TENANTS[detail])
    return asked


def _deleted(filters) -> bool | None:
    if "deleted" in filters:
        return strutils.bool_from_string(filters["deleted"], default=False)
    # Changed servers are the deleted ones too: that is how a client learns that they are gone.
    return None if "changes-since" in filters or "changes-before" in filters else False


def _soft_deleted(filters, deleted: bool | None) -> bool:
    """Whether those that can be restored are among them: asked for, or with all that are deleted."""
    return strutils.bool_from_string(filters.get("soft_deleted"), default=bool(deleted))


def _changes(filters) -> dict:
    found = {key.replace("-", "_"): _time(filters[key]) for key in ("changes-since", "changes-before")
             if key in filters}
    if len(found) == 2 and found["changes_since"] > found["changes_before"]:
        raise exceptions.Invalid("The value of changes-since must be less than or equal to changes-before.")
    return found


def _columns(filters) -> dict:
    equal, matching = {}, {}
    for key, value in filters.items():
        if key in EQUAL:
            equal[EQUAL[key]] = value
        elif key in MATCHING and value:
            matching[MATCHING[key]] = value
        elif key in NUMBERS:
            equal[key] = _number(key, value)
        elif key in FLAGS:
            equal[key] = _flag(key, value)
        elif key in TIMES:
            equal[key] = _time(value)
    return {"equal": equal, "matching": matching, "ip": filters.get("ip"), "ip6": filters.get("ip6")}


def _sort(request) -> tuple[tuple[str, str], ...]:
    """(field, direction) pairs.  Fewer directions than keys: the first one holds for the rest."""
    keys, directions = request.GET.getall("sort_key") or ["created_at"], request.GET.getall("sort_dir") or ["desc"]
    if len(directions) > len(keys):
        raise exceptions.Invalid("Sort direction array size exceeds sort key array size.")
    default, pairs = directions[0], []
    directions += [default] * (len(keys) - len(directions))
    for key, direction in zip(keys, directions, strict=True):
        if key in ADMIN_SORT_KEYS and not request.context.is_admin:
            raise exceptions.Forbidden(f"Only administrators can sort servers by {key}")
        if key in NO_COLUMN or (key in IGNORED_SORT_KEYS and not (key == "locked" and request.version >= "2.73")):
            continue
        pairs.append((SORT_FIELDS.get(key, key), direction))
    return (*pairs, ("created_at", default), ("id", default))


def _time(value: str):
    try:
        return timeutils.normalize_time(timeutils.parse_isotime(value))
    except (ValueError, OverflowError):
        raise exceptions.Invalid(f"Invalid time: {value}") from None


def _flag(key: str, value: str) -> bool:
    try:
        return strutils.bool_from_string(value, strict=True)
    except ValueError:
        raise exceptions.Invalid(f"Invalid value '{value}' for {key}: not a boolean.") from None


def _number(key: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise exceptions.Invalid(f"Invalid value '{value}' for {key}: not a number.")
    return int(value)
