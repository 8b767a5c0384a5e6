"""The witness can see what it is there for: two guests at once, and states that nothing leads to."""
from nova_lite import states
from nova_lite.models.finding import DOUBLED
from tests.chaos.invariants import impossible, running_twice

UUID = "11111111-2222-3333-4444-555555555555"
ACTIVE, BUILDING = (states.ACTIVE, None), (states.BUILDING, states.SCHEDULING)


def log(directory, host, *lines):
    (directory / f"{host}.log").write_text("".join(
        f"2026-01-01T00:00:{second:02d} {UUID} {verb} attempt 1\n" for second, verb in lines))


def test_a_guest_on_two_hosts_at_once(tmp_path):
    log(tmp_path, "h1", (1, "starts"), (5, "ends"))
    log(tmp_path, "h2", (4, "starts"), (9, "ends"))
    [found] = running_twice(tmp_path)
    assert found.kind == DOUBLED and str(found) == f"server {UUID} ran on h1 and h2 at once"


def test_a_guest_that_never_ended(tmp_path):
    log(tmp_path, "h1", (1, "starts"))
    log(tmp_path, "h2", (4, "starts"), (9, "ends"))
    assert len(running_twice(tmp_path)) == 1


def test_a_guest_that_moved(tmp_path):
    log(tmp_path, "h1", (1, "starts"), (5, "ends"), (9, "starts"))
    log(tmp_path, "h2", (6, "starts"), (8, "ends"))
    assert running_twice(tmp_path) == []


def test_states_that_nothing_leads_to():
    assert impossible([{UUID: BUILDING}, {UUID: ACTIVE}, {}, {UUID: (states.STOPPED, None)}]) == []
    [found] = impossible([{UUID: ACTIVE}, {UUID: BUILDING}])
    assert found.kind == DOUBLED and "was seen ('active', None), then ('building', 'scheduling')" in str(found)
