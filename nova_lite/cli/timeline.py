"""A trace as text: pure functions from the JSON of ``nova-lite-trace`` to lines of at most 120 columns.

A process's hops stand under a line that names it; a hop is indented by its depth.  Times of a hop are
milliseconds: since the action began, and how long it took.
"""
import datetime

WIDTH = 120
_HOP = 42                       # columns of the indented hop
_MARGIN = " " * 22              # what stands left of a hop: two times and the kind of its RPC


def render(actions: list[dict]) -> list[str]:
    """Lines for all actions, the oldest first."""
    lines: list[str] = []
    for action in actions:
        if lines:
            lines.append("")
        lines += _action(action)
    return lines


def _action(action: dict) -> list[str]:
    events = action.get("events") or []
    begun = min([_time(action["start_time"]), *(_time(event["start"]) for event in events)])
    lines = [_headline(action, begun)]
    if not events:
        return [*lines, "  (no hop was recorded)"]
    lines.append(_columns("at ms", "took ms", "rpc", "hop", "module:method"))
    process = None
    for event in events:
        where = f"{event['service']}@{event['host']}[{event['pid']}]"
        if where != process:
            lines.append(f"{_MARGIN}{where}"[:WIDTH])
            process = where
        lines += _hop(event, begun)
    return lines


def _headline(action: dict, begun: datetime.datetime) -> str:
    when = begun.isoformat(sep=" ", timespec="milliseconds") + " UTC"
    words = [action["action"], action.get("state") or "", action["request_id"], when]
    if action.get("finish_time"):
        words.append(f"{_milliseconds(begun, _time(action['finish_time']))} ms")
    elif action.get("step"):
        words.append(f"now in step {action['step']}, attempt {action.get('attempt', 1)}")
    if action.get("message"):
        words.append(action["message"])
    return "  ".join(word for word in words if word)[:WIDTH]


def _hop(event: dict, begun: datetime.datetime) -> list[str]:
    """The line of one hop, and a line each for its transition, its failure and its details."""
    start = _time(event["start"])
    took = _milliseconds(start, _time(event["finish"])) if event.get("finish") else "running"
    indent = "  " * (event.get("depth") or 0)
    function = (event.get("function") or "").removeprefix("nova_lite.")
    lines = [_columns(_milliseconds(begun, start), took, event.get("rpc") or "", indent + event["event"], function)]
    beneath = f"{_MARGIN}{indent}  "
    if event.get("transition"):
        lines.append(_cut(f"{beneath}* {event['transition']}", WIDTH))
    if event.get("result") not in (None, "Success"):
        lines.append(_cut(f"{beneath}! {event['result']}{_last_line(event.get('traceback'))}", WIDTH))
    lines += [_cut(f"{beneath}| {part}", WIDTH) for part in (event.get("details") or "").splitlines()]
    return lines


def _columns(at: str, took: str, rpc: str, hop: str, function: str) -> str:
    return _cut(f"{at:>8}{took:>8} {rpc:<4} {_cut(hop, _HOP):<{_HOP}} {function}".rstrip(), WIDTH)


def _last_line(traceback: str | None) -> str:
    """The exception itself, without the way to it."""
    lines = (traceback or "").strip().splitlines()
    return f": {lines[-1]}" if lines else ""


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[:width - 1] + "…"


def _time(text: str) -> datetime.datetime:
    """ISO time; the API's are UTC, with or without a Z."""
    return datetime.datetime.fromisoformat(text.removesuffix("Z"))


def _milliseconds(start: datetime.datetime, end: datetime.datetime) -> str:
    return f"{(end - start) / datetime.timedelta(milliseconds=1):.1f}"
