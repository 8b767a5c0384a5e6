"""The history of microversions tells of every version at which a route, a schema or a view differs."""
import importlib
import pathlib
import re

import pytest

from nova_lite.api.handlers import server_actions
from nova_lite.api.microversions import MAX, APIVersion
from nova_lite.api.routes import ROUTES
from nova_lite.api.version_history import HISTORY

API = pathlib.Path(server_actions.__file__).parents[1]
COMPARED = re.compile(r'version\s*(?:<|>=)\s*"(2\.\d+)"')


def after(version: str) -> str:
    return f"2.{APIVersion(version).pair[1] + 1}"


def spans(things) -> set[str]:
    """The versions at which things of a span of versions come or go."""
    return {thing.min_version for thing in things} | {after(thing.max_version) for thing in things
                                                      if thing.max_version}


def differing() -> dict[str, str]:
    """{version: where something differs from the one before}."""
    found = {version: "routes.py" for version in spans(ROUTES)}
    found |= {version: "server_actions.ACTIONS" for version in spans(server_actions.ACTIONS.values())}
    for action in server_actions.ACTIONS.values():
        found |= {version: "schemas of actions" for version, _ in action.schemas}
    for route in ROUTES:
        module, _, function = route.handler.partition(":")
        handler = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)
        answers = getattr(handler, "answers", ())
        steps = [*getattr(handler, "body_schemas", ()), *getattr(handler, "query_schemas", ()),
                 *(step for answer in answers for step in answer.schemas)]
        found |= {version: f"schemas of {route.handler}" for version, _ in steps}
        found |= {version: f"answers of {route.handler}" for version in spans(answers)}
    for path in API.rglob("*.py"):
        found |= {version: str(path) for version in COMPARED.findall(path.read_text(encoding="utf-8"))}
    return found


DIFFERING = differing()


@pytest.mark.parametrize("version", sorted(DIFFERING, key=APIVersion))
def test_a_difference_is_told(version):
    text = HISTORY[version]
    assert not re.fullmatch(r"\([^()]*\)", text), f"{DIFFERING[version]} differs at {version}: say what changes"


def test_no_version_is_left_out():
    assert list(HISTORY) == [f"2.{minor}" for minor in range(1, len(HISTORY) + 1)]
    assert MAX in HISTORY
