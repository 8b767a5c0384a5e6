"""The path that a server's history must be."""
import pytest

from nova_lite import states

BUILT = ["claimed", "built"]


@pytest.mark.parametrize("events, end", [
    ([], (states.BUILDING, states.SCHEDULING)),
    (BUILT, (states.ACTIVE, None)),
    (["claimed", "rescheduled", "claimed", "networked", "mapped", "built"], (states.ACTIVE, None)),
    ([*BUILT, "stop", "stopped", "start", "started", "delete", "deleted"], (states.DELETED, None)),
    (["delete", "healed_build"], (states.ERROR, None)),
])
def test_a_path(events, end):
    assert states.wrong_path(events, *end) is None
    assert "does not end there" in states.wrong_path(events, states.PAUSED, None)


@pytest.mark.parametrize("events, told", [
    (["built"], "no path of the state table:  then built"),
    ([*BUILT, "started"], "no path of the state table: claimed built then started"),
    (["melted"], "'melted' in its history is no event"),
])
def test_no_path(events, told):
    assert told in states.wrong_path(events, states.ACTIVE, None)


def test_the_end_of_a_path():
    """A journal that was cut may begin anywhere."""
    assert states.wrong_path(["started"], states.ACTIVE, None, complete=False) is None
    assert states.wrong_path(["started", "built"], states.ACTIVE, None, complete=False)
