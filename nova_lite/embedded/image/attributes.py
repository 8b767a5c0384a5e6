"""What a client may set of an image, and what its values must be.  The schema document is made of it."""
from nova_lite.context import RequestContext
from nova_lite.embedded.errors import bad_request, forbidden
from nova_lite.embedded.image.views import READ_ONLY

DISK_FORMATS = ("ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop")
CONTAINER_FORMATS = ("ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed")
VISIBILITIES = ("private", "public", "shared", "community")
_MOST_PROPERTIES = 128
_MOST_TAGS = 128
_TEXT = {"type": ["null", "string"], "maxLength": 255}
_WHOLE = {"type": "integer", "minimum": 0, "maximum": 2147483647}
SETTABLE = {
    "name": _TEXT, "owner": _TEXT, "min_disk": _WHOLE, "min_ram": _WHOLE,
    "disk_format": {"type": ["null", "string"], "enum": [None, *DISK_FORMATS]},
    "container_format": {"type": ["null", "string"], "enum": [None, *CONTAINER_FORMATS]},
    "visibility": {"type": "string", "enum": list(VISIBILITIES)},
    "protected": {"type": "boolean"}, "os_hidden": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "string", "maxLength": 255}},
}
_TYPES = {"null": type(None), "string": str, "integer": int, "boolean": bool, "array": list}


def schema() -> dict:
    properties = {**SETTABLE, **{name: {"type": ["null", "string"], "readOnly": True}
                                 for name in ("id", "status", "checksum", "os_hash_algo", "os_hash_value",
                                              "created_at", "updated_at", "self", "file", "schema")},
                  "size": {"type": ["null", "integer"], "readOnly": True},
                  "virtual_size": {"type": ["null", "integer"], "readOnly": True}}
    return {"name": "image", "properties": properties, "additionalProperties": {"type": "string"},
            "links": [{"rel": "self", "href": "{self}"}, {"rel": "enclosure", "href": "{file}"},
                      {"rel": "describedby", "href": "{schema}"}]}


def _fits(value, rule: dict) -> bool:
    allowed = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    if not any(type(value) is _TYPES[name] for name in allowed):
        return False
    if "enum" in rule and value not in rule["enum"]:
        return False
    if isinstance(value, str) and len(value) > rule.get("maxLength", 65535):
        return False
    if isinstance(value, list):
        return len(value) <= _MOST_TAGS and all(_fits(item, rule["items"]) for item in value)
    return not isinstance(value, int) or rule.get("minimum", 0) <= value <= rule.get("maximum", 2147483647)


def check(name: str, value) -> None:
    """Raises ApiError: 403 read-only, 400 a wrong value."""
    if name in READ_ONLY:
        raise forbidden(f"Attribute '{name}' is read-only.")
    rule = SETTABLE.get(name, {"type": "string", "maxLength": 65535})
    if not _fits(value, rule):
        wanted = f"one of {', '.join(str(item) for item in rule['enum'])}" if "enum" in rule else rule["type"]
        raise bad_request(f"Invalid value for attribute '{name}': it must be {wanted}")
    if name not in SETTABLE and (not 0 < len(name) <= 255 or name.startswith("os_glance")):
        raise forbidden(f"Attribute '{name[:255]}' is reserved.")


def check_permitted(context: RequestContext, values: dict) -> None:
    """What only an admin may set.  Raises ApiError (403)."""
    if context.is_admin:
        return
    if values.get("visibility") == "public":
        raise forbidden("You are not authorized to complete publicize_image action.")
    if values.get("owner") not in (None, context.project_id):
        raise forbidden(f"You are not permitted to create images owned by '{values['owner']}'.")


def check_count(properties: dict) -> None:
    if len(properties) > _MOST_PROPERTIES:
        raise bad_request(f"The limit of {_MOST_PROPERTIES} properties of an image is exceeded")
