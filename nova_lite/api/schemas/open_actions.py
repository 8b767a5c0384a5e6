"""Query string and answer of open orders."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    LINKS,
    MICROSECONDS,
    PAGE,
    STRING,
    UUID,
    always,
    exact,
    listed,
    or_null,
    strict,
)

LIST = always(strict(PAGE))

# -- answers -----------------------------------------------------------------------------------------------
LISTED = always(exact({"actions": listed(exact({
    "id": INTEGER, "server_id": UUID, "action": STRING, "step": or_null(STRING), "attempt": INTEGER,
    "request_id": STRING, "project_id": STRING, "start_time": MICROSECONDS, "deadline": or_null(MICROSECONDS),
    "age": {"type": "number", "minimum": 0}, "host": or_null(STRING)},
    optional=("host",))),               # for administrators
    "links": LINKS}, ("links",)))
