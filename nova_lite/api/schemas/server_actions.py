"""Bodies of ``POST /servers/{id}/action``; each is the whole body, with the action's key."""
from nova_lite.api.schemas import parameter_types as types
from nova_lite.api.schemas import servers
from nova_lite.api.schemas.parameter_types import NAME, STRING, always, exact, extended, strict


def _action(key: str, value: dict) -> dict:
    return strict({key: value}, (key,))


def anything(key: str):
    """Old actions take any value: null by convention, {} or a string too."""
    return (("2.1", _action(key, {})),)


REBOOT = (("2.1", _action("reboot", strict(
    {"type": {"type": "string", "enum": ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]}}, ("type",)))),)
CONSOLE_OUTPUT = (("2.1", _action("os-getConsoleOutput", {
    "type": ["object", "null"],
    "properties": {"length": {"type": ["integer", "string", "null"], "pattern": "^(-1|[0-9]{1,18})$", "minimum": -1}},
    "additionalProperties": False})),)
_IMAGE = {"name": types.NAME, "metadata": types.METADATA}
CREATE_IMAGE = (("2.1", _action("createImage", strict(_IMAGE, ("name",)))),)
CREATE_BACKUP = (("2.1", _action("createBackup", strict(
    {**_IMAGE, "backup_type": {"type": "string", "maxLength": 255, "format": "text"}, "rotation": types.NATURAL},
    ("name", "backup_type", "rotation")))),)
LOCK = (*anything("lock"), ("2.73", _action("lock", {
    "type": ["object", "null"],
    "properties": {"locked_reason": {"type": "string", "minLength": 1, "maxLength": 255, "format": "printable"}},
    "additionalProperties": False})))
_UNSHELVE_77 = {"type": ["object", "null"], "properties": {"availability_zone": types.NAME},
                "additionalProperties": False}
UNSHELVE = (*anything("unshelve"),
            ("2.77", _action("unshelve", {**_UNSHELVE_77, "required": ["availability_zone"]})),     # null, or the zone
            ("2.91", _action("unshelve", extended(_UNSHELVE_77, availability_zone={"type": ["string", "null"]},
                                                  host=STRING))))
_REBUILD = strict({"rebuild": strict({
    "name": types.NAME,
    "imageRef": types.UUID,
    "adminPass": STRING,
    "metadata": types.METADATA,
    "preserve_ephemeral": types.BOOLEAN,
    "OS-DCF:diskConfig": servers.DISK_CONFIG,
    **servers.ACCESS,
    "personality": servers.PERSONALITY,
}, ("imageRef",))}, ("rebuild",))
_REBUILD_19 = extended(_REBUILD, "rebuild", description=types.DESCRIPTION)
_REBUILD_54 = extended(_REBUILD_19, "rebuild", key_name={"oneOf": [types.NAME, {"type": "null"}]})
_REBUILD_57 = extended(_REBUILD_54, "rebuild", personality=None, user_data={"oneOf": [
    servers.USER_DATA, {"type": "null"}]})
_REBUILD_63 = extended(_REBUILD_57, "rebuild", trusted_image_certificates=servers.CERTIFICATES)
_REBUILD_90 = extended(_REBUILD_63, "rebuild", hostname=servers.HOSTNAME)
_REBUILD_94 = extended(_REBUILD_90, "rebuild", hostname=servers.FQDN)
REBUILD = (("2.1", _REBUILD), ("2.19", _REBUILD_19), ("2.54", _REBUILD_54), ("2.57", _REBUILD_57),
           ("2.63", _REBUILD_63), ("2.90", _REBUILD_90), ("2.94", _REBUILD_94))
RESCUE = (("2.1", _action("rescue", {
    "type": ["object", "null"], "properties": {"adminPass": STRING, "rescue_image_ref": types.UUID},
    "additionalProperties": False})),)
RESET_STATE = (("2.1", _action("os-resetState", strict(
    {"state": {"type": "string", "enum": ["active", "error"]}}, ("state",)))),)

RESCUED = always(exact({"adminPass": STRING}, ("adminPass",)))
RESIZE = (("2.1", _action("resize", strict(
    {"flavorRef": {"type": ["string", "integer"], "minLength": 1},
     "OS-DCF:diskConfig": {"type": "string", "enum": ["AUTO", "MANUAL"]}}, ("flavorRef",)))),)
MIGRATE = (*anything("migrate"), ("2.56", _action("migrate", {
    "type": ["object", "null"], "properties": {"host": {
        "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$"}},
    "additionalProperties": False})))

IMAGE_ORDERED = always(exact({"image_id": STRING}))


CHANGE_PASSWORD = (("2.1", _action("changePassword", strict({"adminPass": STRING}, ("adminPass",)))),)
TRIGGER_CRASH_DUMP = (("2.17", _action("trigger_crash_dump", {"type": "null"})),)


def security_group(key: str) -> tuple:
    return (("2.1", _action(key, strict({"name": NAME}, ("name",)))),)


def remote_console(key: str, types) -> tuple:
    return (("2.1", _action(key, strict({"type": {"type": "string", "enum": list(types)}}, ("type",)))),)


REMOTE_CONSOLE = always(exact({"console": exact({"type": STRING, "url": STRING})}))
OUTPUT = always(exact({"output": STRING}))
