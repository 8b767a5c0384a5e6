"""The body of a request that makes or changes a user or a project, and the query of a list of them."""
import json

from nova_lite.embedded.errors import bad_request
from nova_lite.embedded.service import Request

_MOST_TEXT = 255
_MOST_EXTRA = 4096                            # characters of JSON


class Body:
    """The object ``name`` of the body: each known key is taken, what is left is unknown.  Its methods raise ApiError
    (400)."""

    def __init__(self, request: Request, name: str):
        self._left = dict(request.object(name))
        self.only("domain_id", "default", None)
        self.only("options", {})

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def require(self, *keys: str) -> None:
        missing = [key for key in keys if key not in self._left]
        if missing:
            raise bad_request(f"'{missing[0]}' is a required property")

    def take(self, key: str):
        return self._left.pop(key)

    def text(self, key: str, none: bool = False) -> str | None:
        value = self.take(key)
        if (value is None and none) or (isinstance(value, str) and len(value) <= _MOST_TEXT):
            return value
        raise bad_request(f"Invalid input for field '{key}': it must be a string of at most {_MOST_TEXT} characters")

    def boolean(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise bad_request(f"Invalid input for field '{key}': it must be true or false")
        return value

    def only(self, key: str, *values) -> None:
        """For what Keystone knows and there is one of here."""
        if key in self._left and self.take(key) not in values:
            raise bad_request(f"Invalid input for field '{key}': only {values[0]!r} is supported here")

    def rest(self) -> dict:
        """The keys that nobody took."""
        if len(json.dumps(self._left)) > _MOST_EXTRA:
            raise bad_request(f"The other properties have more than {_MOST_EXTRA} characters")
        return self._left

    def check_rest(self) -> None:
        if self._left:
            raise bad_request(f"Unknown properties: {', '.join(sorted(self._left))}")


def named(request: Request, items: list) -> list:
    """Those that the query's ``name`` and ``enabled`` and ``domain_id`` let through."""
    name, enabled, domain = (request.GET.get(key) for key in ("name", "enabled", "domain_id"))
    return [item for item in items
            if name in (None, item.name) and domain in (None, "default")
            and (enabled is None or item.enabled == (enabled.lower() not in ("false", "0")))]
