"""Pieces of schemas that several nouns share.

A noun's module holds its requests (``CREATE``, ``LIST`` ...) and, at its end, its answers (``SHOWN``, ``LISTED`` ...).
"""

NAME = {"type": "string", "minLength": 1, "maxLength": 255, "format": "name"}
DESCRIPTION = {"type": ["string", "null"], "maxLength": 255, "format": "description"}
# Lenient on purpose: clients send all of these.
BOOLEAN = {"type": ["boolean", "string"],
           "enum": [True, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes",
                    False, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no"]}
POSITIVE_INTEGER = {"type": ["integer", "string"], "pattern": "^0*[1-9][0-9]*$", "minimum": 1, "maxLength": 20}
NATURAL = {"type": ["integer", "string"], "pattern": "^[0-9]+$", "minimum": 0, "maxLength": 9, "maximum": 999999999}
UUID = {"type": "string", "format": "uuid"}
IPV4 = {"type": "string", "format": "ipv4"}
IPV6 = {"type": "string", "format": "ipv6"}
IP_ADDRESS = {"type": "string", "oneOf": [{"format": "ipv4"}, {"format": "ipv6"}]}
METADATA = {"type": "object", "additionalProperties": False,
            "patternProperties": {"^[a-zA-Z0-9-_:. ]{1,255}$": {"type": "string", "maxLength": 255}}}
TAG = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[^,/]*$", "format": "printable"}


def strict(properties: dict, required=()) -> dict:
    """An object with these keys and no others."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def extended(schema: dict, *path: str, **properties) -> dict:
    """A copy of an object's schema whose object at ``path`` has further properties; a value None removes one."""
    if path:
        child = schema["properties"][path[0]]
        if child["type"] == "array":
            child = {**child, "items": extended(child["items"], *path[1:], **properties)}
        else:
            child = extended(child, *path[1:], **properties)
        return {**schema, "properties": {**schema["properties"], path[0]: child}}
    merged = {key: value for key, value in {**schema["properties"], **properties}.items() if value is not None}
    return {**schema, "properties": merged}


# -- query strings: each parameter comes as a list of strings ---------------------------------------------
def each(item: dict) -> dict:
    """A parameter that may be repeated."""
    return {"type": "array", "items": item}


def once(parameter: dict) -> dict:
    """A parameter, but only once."""
    return {**parameter, "maxItems": 1}


TEXT = each({"type": "string", "format": "text"})
REGEX = each({"type": "string", "format": "regex"})
DATE_TIME = each({"type": "string", "format": "date-time"})
LIMIT = each({"type": "string", "pattern": "^[0-9]+$"})
PAGE = {"limit": LIMIT, "marker": TEXT}


# -- answers -----------------------------------------------------------------------------------------------
STRING = {"type": "string"}
INTEGER = {"type": "integer"}
TRUTH = {"type": "boolean"}
NULL = {"type": "null"}
SECONDS = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
MICROSECONDS = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$"}
PAIRS = {"type": "object", "additionalProperties": STRING}


def exact(properties: dict, optional=()) -> dict:
    """An object with all of these keys and no others; those in ``optional`` may be absent."""
    return strict(properties, [key for key in properties if key not in optional])


def listed(item: dict) -> dict:
    return {"type": "array", "items": item}


def or_null(schema: dict) -> dict:
    return {**schema, "type": [schema["type"], "null"]}


LINKS = listed(exact({"rel": STRING, "href": STRING}))


def always(schema: dict) -> tuple:
    """An answer that is the same at every microversion."""
    return (("2.1", schema),)


def growing(wrap, *steps: tuple[str, dict]) -> tuple:
    """An answer by microversion: each step says from which one on which keys are added (None: gone).

    ``wrap(properties)`` gives the whole schema.
    """
    found, properties = [], {}
    for version, changes in steps:
        properties = {key: value for key, value in {**properties, **changes}.items() if value is not None}
        found.append((version, wrap(properties)))
    return tuple(found)
