"""doc/api-ref.rst: the route table as a reference."""
from nova_lite import states
from nova_lite.api import microversions, policies
from nova_lite.api.routes import ELSEWHERE, GONE, ROUTES
from tools.docs import rst

_INTRO = f"""\
Every path is served with and without a project id (``/v2.1/servers``, ``/v2.1/{{project_id}}/servers``).
Microversions {microversions.MIN} to {microversions.MAX}; a route outside its microversions is a 404. Bodies, codes and
headers are Nova's. A handler is a module and function under ``nova_lite/api/handlers``. ``POST /servers`` and server
actions take the header ``Idempotency-Key``, which Nova has not: see ``doc/idempotency.rst``. A 503 has Retry-After.

A rebuild that shall preserve an ephemeral disk is refused (400), so nothing is lost: Nova accepts it, its libvirt
driver cannot do it, and the server ends in ERROR. Where the flavor has no such disk there is nothing to preserve, and
it is done.
"""


def render() -> str:
    checks = {rule.name: rule.check_str for rule in policies.list_rules()}
    lines = [*rst.notice("nova_lite/api/routes.py"), *rst.heading("Compute API", "="), *_INTRO.splitlines(), ""]
    for noun, routes in _by_noun().items():
        lines += rst.heading(noun, "-")
        lines += rst.table(("Method", "Path", "Microversions", "Policy", "Default", "Handler"),
                           ((route.method, rst.code(route.path), versions(route), rst.code(route.policy),
                             rst.code(checks.get(route.policy, "")), rst.code(route.handler)) for route in routes),
                           (6, 24, 9, 27, 12, 22))
    lines += rst.heading("Server actions", "-")
    lines += ["Keys of ``POST /servers/{server_id}/action`` are allowed by the server's state; see ``doc/states.rst``: "
              + ", ".join(sorted(rst.code(name) for name in states.ACTIONS)) + ".", ""]
    lines += rst.heading("Gone", "-")
    lines += ["Nova removed these for good; they answer 410 at every microversion:", ""]
    lines += [f"* {rst.code(f'{method} {path}' if method else path)}" for method, path in GONE]
    lines += ["", *rst.heading("Elsewhere", "-")]
    lines += ["These, and all below them, answer 501 up to their last microversion and 404 after it:", ""]
    lines += rst.table(("Path", "Until", "Why"), ((rst.code(entry.path), entry.max_version or "", entry.why)
                                                  for entry in ELSEWHERE))
    return rst.text(lines)


def versions(route) -> str:
    """As 2.1+, 2.11+ or 2.1-2.52."""
    return f"{route.min_version}-{route.max_version}" if route.max_version else f"{route.min_version}+"


def _by_noun() -> dict[str, list]:
    """Routes by the first part of their path, and what stands under a server by its own name."""
    nouns: dict[str, list] = {}
    for route in ROUTES:
        parts = route.path.strip("/").split("/")
        noun = parts[0]
        if len(parts) > 2 and parts[1].startswith("{") and not parts[2].startswith("{") and parts[2] != "action":
            noun = f"{parts[0]}: {parts[2]}"
        nouns.setdefault(noun, []).append(route)
    return nouns
