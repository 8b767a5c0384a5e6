"""Extra specs: short strings; a number is taken for its text."""
from nova_lite.api.schemas.parameter_types import PAIRS, always, exact, strict

_specs = {"type": "object", "additionalProperties": False,
          "patternProperties": {"^[a-zA-Z0-9_:. -]{1,255}$": {"type": ["string", "number"], "maxLength": 255,
                                                              "format": "text"}}}
CREATE = (("2.1", strict({"extra_specs": _specs}, ("extra_specs",))),)
UPDATE = (("2.1", {**_specs, "minProperties": 1, "maxProperties": 1}),)

# What was given is given back: a number as a number.
_given = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
LISTED = always(exact({"extra_specs": PAIRS}))
CREATED = always(exact({"extra_specs": _given}))
SHOWN = always({**PAIRS, "minProperties": 1, "maxProperties": 1})
UPDATED = always({**_given, "minProperties": 1, "maxProperties": 1})
