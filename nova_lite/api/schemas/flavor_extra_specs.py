"""Extra specs: short strings; a number is taken for its text."""
from nova_lite.api.schemas.parameter_types import strict

_specs = {"type": "object", "additionalProperties": False,
          "patternProperties": {"^[a-zA-Z0-9_:. -]{1,255}$": {"type": ["string", "number"], "maxLength": 255,
                                                              "format": "text"}}}
CREATE = (("2.1", strict({"extra_specs": _specs}, ("extra_specs",))),)
UPDATE = (("2.1", {**_specs, "minProperties": 1, "maxProperties": 1}),)
