"""doc/states.rst: the diagram and the tables of nova_lite.states."""
from nova_lite import states
from tools.docs import rst

_INTRO = """\
A server has a ``vm_state`` (what it is), a ``task_state`` (what goes on now; none: idle) and a ``power_state`` (what
the hypervisor says). One function changes the first two, and only as the table of transitions allows; the guards
say when the API answers 409.
"""


def render() -> str:
    lines = [*rst.notice("nova_lite/states.py"), *rst.heading("States of a server", "="), *_INTRO.splitlines(), ""]
    lines += rst.heading("vm_state", "-") + _diagram()
    lines += rst.heading("Transitions", "-")
    lines += rst.table(("Event", "vm_state", "task_state", "New vm_state", "New task_state", "When"),
                       (_transition(t) for t in states.TRANSITIONS.values()), (14, 20, 24, 12, 14, 26))
    lines += rst.heading("Allowed actions", "-")
    lines += ["Any other state is a 409. *launched*: also refused for a server that never ran.", ""]
    lines += rst.table(("Action", "vm_state", "task_state", "Launched", "Event"),
                       ((rst.code(name), _vm_states(guard.vm_states), _tasks(guard.task_states),
                         "yes" if guard.must_have_launched else "", rst.code(guard.event or ""))
                        for name, guard in states.ACTIONS.items()), (14, 34, 34, 8, 12))
    lines += rst.heading("status", "-")
    lines += ["What the REST API shows; a task_state that is not listed leaves the status of the first row.", ""]
    lines += rst.table(("vm_state", "task_state", "status"),
                       ((rst.code(vm), rst.code(task or ""), shown)
                        for vm, row in states.STATUS.items() for task, shown in row.items()), (24, 32, 24))
    return rst.text(lines)


def _diagram() -> list[str]:
    """Mermaid: one arrow for each event that changes vm_state."""
    lines = [".. code-block:: mermaid", "", "   stateDiagram-v2", f"      [*] --> {states.BUILDING}: create"]
    for transition in states.TRANSITIONS.values():
        if transition.vm_to == states.KEEP:
            continue
        if transition.vm_from == states.LIVE:
            end = "[*]" if transition.vm_to == states.DELETED else transition.vm_to
            lines += [f"      any --> {end}: {transition.event}"]
            continue
        lines += [f"      {_id(source)} --> {_id(transition.vm_to)}: {transition.event}"
                  for source in transition.vm_from if source != transition.vm_to]
    return [*lines, ""]


def _id(state: str) -> str:
    return state.replace("-", "_")


def _transition(transition) -> tuple[str, ...]:
    vm_to = "" if transition.vm_to == states.KEEP else rst.code(transition.vm_to)
    task_to = "unchanged" if transition.task_to == states.KEEP else rst.code(transition.task_to or "")
    return (rst.code(transition.event), _vm_states(transition.vm_from), _tasks(transition.task_from),
            vm_to or "unchanged", task_to or "none", transition.reason)


def _vm_states(found: tuple[str, ...]) -> str:
    return "any" if set(found) >= set(states.LIVE) else ", ".join(rst.code(state) for state in found)


def _tasks(found) -> str:
    return "any" if found == states.ANY else ", ".join(rst.code(task) if task else "none" for task in found)
