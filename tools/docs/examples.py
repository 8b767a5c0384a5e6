"""The examples that tests recorded (``doc/examples``), as part of the API reference.

``tests/functional/examples.py`` writes them; here they are read.
"""
import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "doc" / "examples"


def find(what: str) -> dict | None:
    """The example of a route (``GET /servers``), or of an action (``POST …/action pause``); None: not recorded."""
    path = FOLDER / f"{re.sub(r'[^a-zA-Z0-9_-]+', '-', what.replace(' /', '-').lower()).strip('-')}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def render(example: dict) -> list[str]:
    """The request and the answer."""
    lines = [f"At {example['microversion']}:", "", *_block(f"{example['route'].split(' ')[0]} {example['path']}",
                                                           example["request"])]
    status = [str(example["code"])]
    if "location" in example:
        status.append(f"Location: {example['location']}")
    return [*lines, *_block("\n".join(status), example["answer"])]


def _block(first: str, body) -> list[str]:
    text = first if body is None else f"{first}\n\n{json.dumps(body, indent=2, ensure_ascii=False)}"
    return ["::", "", *(f"    {line}".rstrip() for line in text.split("\n")), ""]


def all_recorded() -> list[dict]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]

