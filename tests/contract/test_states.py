"""nova_lite.states against the facts of Nova in data/: spelling, statuses, guards; and with itself."""
import pathlib

import pytest
import yaml

from nova_lite import states

DATA = pathlib.Path(__file__).parent / "data"
GUARDS = yaml.safe_load((DATA / "guards.yaml").read_text())
FACTS = yaml.safe_load((DATA / "statuses.yaml").read_text())
TASKS = FACTS["task_states"]


def test_states_are_spelt_as_in_nova():
    assert set(states.VM_STATES) == set(FACTS["statuses"])
    assert set(GUARDS["vm_states"]) == set(states.LIVE)
    assert set(states.TASK_STATES) <= set(TASKS)
    assert {task for row in states.STATUS.values() for task in row} <= {None, *TASKS}


def test_power_states_are_novas_numbers():
    numbers = FACTS["power_states"]
    assert {"NOSTATE": states.NOSTATE, "RUNNING": states.RUNNING, "PAUSED": states.POWER_PAUSED,
            "SHUTDOWN": states.SHUTDOWN, "CRASHED": states.CRASHED, "SUSPENDED": states.POWER_SUSPENDED} == numbers


@pytest.mark.parametrize("vm_state", FACTS["statuses"])
def test_status_of_every_pair(vm_state):
    row = FACTS["statuses"][vm_state]
    special = row.get("tasks", {})
    for task in [None, *TASKS]:
        assert states.status(vm_state, task) == special.get(task, row["default"]), task


def test_an_unknown_vm_state_is_unknown():
    assert states.status("melted", None) == "UNKNOWN"


@pytest.mark.parametrize("status", sorted({row["default"] for row in FACTS["statuses"].values()}
                                          | {shown for row in FACTS["statuses"].values()
                                             for shown in row.get("tasks", {}).values()}))
def test_the_inverse_of_status_selects_the_same_servers(status):
    selected = states.states_of_status(status)
    assert selected
    for vm_state in states.VM_STATES:
        for task in [None, *TASKS]:
            hit = any(_selects(pair, vm_state, task) for pair in selected)
            assert hit == (states.status(vm_state, task) == status), (vm_state, task)


def _selects(pair, vm_state, task) -> bool:
    """(vm_state, None) is all but the special task states of that vm_state."""
    vm, tasks = pair
    if vm != vm_state:
        return False
    return task is None or task not in states.STATUS[vm] if tasks is None else task in tasks


def test_an_unknown_status_selects_nothing():
    assert states.states_of_status("MELTED") == []


@pytest.mark.parametrize("action", states.ACTIONS)
def test_guards_are_novas(action):
    assert action in GUARDS["operations"], f"tests/contract/data/guards.yaml says nothing of {action}"
    fact, guard = GUARDS["operations"][action], states.ACTIONS[action]
    allowed = GUARDS["vm_states"] if fact["allowed"] == "all" else fact["allowed"]
    assert set(guard.vm_states) == set(allowed)
    assert guard.must_have_launched == fact["launched"]
    if fact["task"] == "any":
        assert guard.task_states == states.ANY
    elif fact["task"] == "all but deleting and migrating":
        assert set(guard.task_states) == {None, *states.TASK_STATES} - {"deleting", "migrating"}
    elif fact["task"] == "idle":
        assert guard.task_states == (None,)
    else:
        # Those of Nova's task states that no workflow here sets cannot be met.
        assert set(guard.task_states) == {None, *fact["task"]} & {None, *states.TASK_STATES}


@pytest.mark.parametrize("action", [name for name, guard in states.ACTIONS.items() if guard.event])
def test_an_action_is_allowed_exactly_where_its_event_moves(action):
    guard = states.ACTIONS[action]
    transition = states.TRANSITIONS[guard.event]
    assert (guard.vm_states, guard.task_states) == (transition.vm_from, transition.task_from)


@pytest.mark.parametrize("transition", states.TRANSITIONS.values(), ids=lambda t: t.event)
def test_transitions_name_states_that_exist(transition):
    assert set(transition.vm_from) <= set(states.VM_STATES)
    assert transition.vm_to in (states.KEEP, *states.VM_STATES)
    assert transition.task_from == states.ANY or set(transition.task_from) <= {None, *states.TASK_STATES}
    assert transition.task_to in (None, states.KEEP, *states.TASK_STATES)
    assert transition.reason


def test_every_task_state_can_be_left_and_reached():
    """A task state with no way out is a stuck server; one with no way in is dead code."""
    moves = list(states.TRANSITIONS.values())
    into = {t.task_to for t in moves}
    out = {task for t in moves if t.task_from != states.ANY and t.event != "deleted" for task in t.task_from}
    starts = {states.SCHEDULING}                 # what a create inserts
    reported = {states.REBOOT_PENDING, states.REBOOT_PENDING_HARD}      # Nova has them; a host may skip them
    assert set(states.TASK_STATES) - reported <= into | starts
    assert set(states.TASK_STATES) <= out


@pytest.mark.parametrize("task", states.TASK_STATES)
def test_no_task_state_is_a_trap(task):
    """From each (vm_state, task_state) that can be reached there is a way to rest."""
    moves = [t for t in states.TRANSITIONS.values() if t.event not in ("delete", "deleted")]
    for start in moves:
        if start.task_to != task:
            continue
        for vm_state in (start.vm_from if start.vm_to == states.KEEP else (start.vm_to,)):
            assert _rests(vm_state, task, moves, set()), (start.event, vm_state, task)


def _rests(vm_state, task, moves, seen) -> bool:
    if task is None:
        return True
    if (vm_state, task) in seen:
        return False
    seen.add((vm_state, task))
    return any(_rests(vm_state if t.vm_to == states.KEEP else t.vm_to, task if t.task_to == states.KEEP else t.task_to,
                      moves, seen)
               for t in moves if vm_state in t.vm_from and (t.task_from == states.ANY or task in t.task_from))
