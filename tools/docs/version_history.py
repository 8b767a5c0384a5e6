"""doc/rest_api_version_history.rst: what each microversion changes, with the routes that come and go with it."""
from nova_lite.api.microversions import MAX, APIVersion
from nova_lite.api.routes import ROUTES
from nova_lite.api.version_history import HISTORY
from tools.docs import rst

_INTRO = f"""\
The newest microversion that nova-lite claims is {MAX}; what stands after it is not claimed yet. What is in brackets is
of a part that this cloud does not have: its routes answer 404, 410 or 501.
"""


def render() -> str:
    lines = [*rst.notice("nova_lite/api/version_history.py"), *rst.heading("REST API version history", "="),
             *_INTRO.splitlines(), ""]
    lines += rst.table(("Version", "What changes", "Routes that come", "Routes that go"),
                       ((version, text, *_routes(version)) for version, text in HISTORY.items()), (6, 50, 22, 22))
    return rst.text(lines)


def _routes(version: str) -> tuple[str, str]:
    """Those that begin here, and those that were there until the version before."""
    minor = APIVersion(version).pair[1]
    come = [route for route in ROUTES if route.min_version == version != "2.1"]
    gone = [route for route in ROUTES if route.max_version and APIVersion(route.max_version).pair[1] + 1 == minor]
    return tuple(", ".join(rst.code(f"{route.method} {route.path}") for route in routes) for routes in (come, gone))
