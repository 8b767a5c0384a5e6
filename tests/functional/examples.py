"""Records examples for the API reference: ``pytest --record-examples tests/functional/api/test_every_version.py``.

Each is a request and its answer at a route's last microversion, in ``doc/examples``; tools/docs shows them.  What
another run would have otherwise (ids, times, addresses, secrets) is made the same, so that a new recording differs only
where the API does.
"""
import dataclasses
import json
import pathlib
import re

import pytest

FOLDER = pathlib.Path(__file__).parents[2] / "doc" / "examples"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What differs from run to run, and what stands for it.
_SCRUBBED = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}"), "2026-01-02T03:04:05.678901"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"), "2026-01-02T03:04:05"),
    (re.compile(r" \d\d:\d\d:\d\d up .*\n"), " 03:04:05 up 1 day,  1:23,  0 users,  load average: 0.10, 0.20, 0.30\n"),
    (re.compile(r"\bhost[123]\b"), "host1"),
    (re.compile(r"http://[\w.-]+(:\d+)?"), "http://cloud.example"),
    (re.compile(r"fa:16:3e(:[0-9a-f]{2}){3}"), "fa:16:3e:00:00:01"),
    (re.compile(r"192\.168\.1\.\d+"), "192.168.1.10"),
    (re.compile(r"\b[0-9a-f]{56}\b"), "0" * 56),                            # hostId
    (re.compile(r"\b(?:[0-9a-f]{2}:){15}[0-9a-f]{2}\b"), ":".join(["00"] * 16)),       # a fingerprint
    (re.compile(r"\br-[a-z0-9]{8}\b"), "r-12345678"),
    (re.compile(r"-----BEGIN [^-]+-----.*?-----END [^-]+-----\n?", re.DOTALL), "-----BEGIN ... KEY-----..."),
)
_ANY_ORDER = ("hosts", "services", "hypervisors")        # by when a service came up
_MOST = 3                       # items of a list: more of the same tell nothing
_SECRETS = ("adminPass", "password", "token")
# Numbers of this machine or of this moment.
_NUMBERS = ("uptime", "num_cpus", "age", "pid", "attempt", "id", "hypervisor_version", "running_vms", "utilisation",
            "time", "used", "maximum", "read_bytes", "read_requests", "write_bytes", "write_requests", "rx_octets",
            "rx_packets", "tx_octets", "tx_packets", "OS-EXT-IMG-SIZE:size", "hours")


@dataclasses.dataclass
class Examples:
    """Writes only when a run was told to; ``take`` is called in any."""

    record: bool

    def take(self, what: str, version: str, path: str, body, answer) -> None:
        """``what``: the route, or the route and an action's key."""
        if not self.record or answer.status_int >= 400:
            return
        seen: dict[str, str] = {}
        content = {"route": what, "microversion": version, "path": path, "request": body,
                   "code": answer.status_int, "answer": answer.json if answer.body else None}
        if location := answer.headers.get("Location"):
            content["location"] = location
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(_stable(content, seen), indent=1, sort_keys=False, ensure_ascii=False)
        (FOLDER / f"{file_name(what)}.json").write_text(text + "\n", encoding="utf-8")


def file_name(what: str) -> str:
    """``GET /servers/{server_id}`` as ``get-servers-server_id``."""
    return re.sub(r"[^\w-]+", "-", what.replace(" /", "-").lower()).strip("-")


def _stable(value, seen: dict, key: str = ""):
    if isinstance(value, dict):
        return {_text(name, seen): _stable(item, seen, name) for name, item in value.items()}
    if isinstance(value, list):
        items = sorted(value, key=_sort_key) if key in _ANY_ORDER else value
        return [_stable(item, seen, key) for item in items[:_MOST]]
    if key in _SECRETS and isinstance(value, str):
        return "..."
    if key in _NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        return 1
    return _text(value, seen) if isinstance(value, str) else value


def _sort_key(item) -> str:
    if not isinstance(item, dict):
        return str(item)
    return " ".join(str(item.get(name)) for name in ("binary", "service", "host_name", "host"))


def _text(text: str, seen: dict) -> str:
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return _UUID.sub(lambda match: seen.setdefault(
        match[0], f"00000000-0000-4000-8000-{len(seen) + 1:012d}"), text)


@pytest.fixture
def examples(request):
    return Examples(request.config.getoption("--record-examples", default=False))
