"""Bodies of quota classes."""
from nova_lite.api.schemas.parameter_types import INTEGER, STRING, exact, extended, growing, strict
from nova_lite.api.schemas.quota_sets import COUNTED, GROUPS, INJECTION, LIMIT, NETWORK

_FIRST = (*(name for name in COUNTED if name not in GROUPS), *NETWORK, *INJECTION)
# Limits of server groups could be set before they were shown.
_update = strict({"quota_class_set": strict(dict.fromkeys((*_FIRST, *GROUPS), LIMIT))}, ("quota_class_set",))
_update_v250 = extended(_update, "quota_class_set", **dict.fromkeys(NETWORK))
UPDATE = (("2.1", _update), ("2.50", _update_v250),
          ("2.57", extended(_update_v250, "quota_class_set", **dict.fromkeys(INJECTION))))


# -- answers -----------------------------------------------------------------------------------------------
def _answer(**more) -> tuple:
    return growing(lambda properties: exact({"quota_class_set": exact(properties)}),
                   ("2.1", {**more, **dict.fromkeys(_FIRST, INTEGER)}),
                   ("2.50", {**dict.fromkeys(NETWORK), **dict.fromkeys(GROUPS, INTEGER)}),
                   ("2.57", dict.fromkeys(INJECTION)))


SHOWN = _answer(id=STRING)
UPDATED = _answer()
