"""README's table of what is there: the route table by area, between two comments of README.rst."""
import collections
import importlib
import pathlib
import textwrap

from nova_lite.api.handlers import server_actions
from nova_lite.api.routes import ELSEWHERE, GONE, ROUTES
from tools.docs import rst

README = pathlib.Path(__file__).resolve().parents[2] / "README.rst"
_BEGIN, _END = ".. what is there: written by tools/docs/generate.py", ".. end of what is there"
_OLD = "Images, networks, security groups (until 2.38)"
# First part of a path -> the area; what is not named here is an area of its own.
_AREAS = {
    "servers": "Servers", "os-volumes_boot": "Servers", "nova-lite-actions": "Servers", "flavors": "Flavors",
    "os-keypairs": "Key pairs", "limits": "Quotas, limits, usage", "os-quota-sets": "Quotas, limits, usage",
    "os-quota-class-sets": "Quotas, limits, usage", "os-simple-tenant-usage": "Quotas, limits, usage",
    "os-instance_usage_audit_log": "Quotas, limits, usage", "os-server-groups": "Server groups",
    "os-availability-zone": "Zones and aggregates", "os-aggregates": "Zones and aggregates",
    "nova-lite-explain": "Services, hypervisors, hosts",
    "os-services": "Services, hypervisors, hosts", "os-hypervisors": "Services, hypervisors, hosts",
    "os-hosts": "Services, hypervisors, hosts", "os-migrations": "Migrations",
    "os-server-external-events": "Callbacks of other services", "os-console-auth-tokens": "Callbacks of other services",
    "os-assisted-volume-snapshots": "Callbacks of other services",
    "images": _OLD, "os-networks": _OLD,
    "os-tenant-networks": _OLD,
    "os-security-groups": _OLD,
    "os-security-group-rules": _OLD,
    "os-floating-ips": "Floating IPs (until 2.35)", "os-floating-ip-pools": "Floating IPs (until 2.35)",
    "os-volumes": "Volumes, snapshots (until 2.35)", "os-snapshots": "Volumes, snapshots (until 2.35)",
    "os-baremetal-nodes": "Bare metal (until 2.35)", "extensions": "Versions and extensions",
    "versions": "Versions and extensions",
}
_REMOVED = "Removed from Nova"


def render() -> str:
    """README.rst as it should be."""
    before, _, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{chr(10).join(_table())}\n{_END}{after}"


def _table() -> list[str]:
    areas: dict[str, collections.Counter] = {}
    for entry in (*ROUTES, *ELSEWHERE):
        noun = entry.path.strip("/").split("/")[0]
        areas.setdefault(_AREAS.get(noun, noun), collections.Counter())[_kind(entry)] += 1
    rows = [(area, _counted(counts, area)) for area, counts in areas.items()]
    rows.append((_REMOVED, f"{len(GONE)} paths, each a 410"))
    return rst.table(("Area", "What is there"), rows, (36, 64))


def _kind(entry) -> str:
    """What the table says of a route: it is served, it only ever refuses, or all below its path is elsewhere."""
    if entry in ELSEWHERE:
        return "elsewhere"
    module, _, function = entry.handler.partition(":")
    answers = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function).__dict__.get("answers", ())
    return "refused" if _refuses(answers) else "served"


def _refuses(answers) -> bool:
    return bool(answers) and all(answer.code >= 400 for answer in answers)


def _counted(counts: collections.Counter, area: str) -> str:
    told = [_number(counts["served"], "route")] if counts["served"] else []
    if area == "Servers":
        refused = {key: action for key, action in server_actions.ACTIONS.items() if _refuses(action.answers)}
        done = sorted(set(server_actions.ACTIONS) - set(refused))
        told.append(f"{len(done)} server actions: {', '.join(done)}")
        told.append("actions that are refused: " + ", ".join(
            f"{key} ({action.answers[0].code})" for key, action in sorted(refused.items())))
    if counts["refused"]:
        told.append(f"{_number(counts['refused'], 'route')} of what no cloud here has: always refused")
    if counts["elsewhere"]:
        told.append(f"{_number(counts['elsewhere'], 'path')} answered 501: there is nothing behind")
    return textwrap.fill("; ".join(told), 110, subsequent_indent=" " * 7, break_on_hyphens=False)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count > 1 else ''}"
