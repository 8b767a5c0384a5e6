"""No change of a server is forgotten: each workflow and each event of the state table says what the bus is told."""
import collections

import pytest

from nova_lite import states
from nova_lite.conductor.workflows import WORKFLOWS
from nova_lite.notifications import catalog, legacy
from tests.notification_schema import FACTS

OF_FLOWS = {event for flow in catalog.FLOWS.values() for event in flow.events.split()}


@pytest.mark.parametrize("event", states.TRANSITIONS)
def test_every_event_of_the_state_table_is_told_or_has_a_reason(event):
    known = event in OF_FLOWS or event in catalog.SEEN or event in catalog.SILENT
    assert known, (
        f"the state event '{event}' is new. In nova_lite/notifications/catalog.py name it among the events of its "
        "workflow's FLOWS, with its notifications in SEEN when no order makes it, or with a reason in SILENT.")


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_workflow_is_told_or_has_a_reason(workflow):
    known = workflow in catalog.FLOWS or workflow in catalog.SILENT
    assert known, (
        f"the workflow '{workflow}' is new. Give it a line in FLOWS of nova_lite/notifications/catalog.py: "
        f'"{workflow}": Flow("instance.…", events="…") for one notification from its beginning to its end, '
        "steps={step: notification} for those of its steps; or name it with a reason in SILENT. The names are in "
        "NOTIFICATIONS.")


@pytest.mark.parametrize("name", catalog.FLOWS)
def test_a_flow_is_of_what_there_is(name):
    flow = catalog.FLOWS[name]
    assert name in WORKFLOWS
    assert set(flow.steps) | set(flow.exists) <= {step.name for step in WORKFLOWS[name].steps}
    assert set(flow.events.split()) <= set(states.TRANSITIONS)
    assert {flow.announced, flow.whole, *flow.steps.values()} - {None} <= set(catalog.NOTIFICATIONS)


def test_what_no_order_makes_is_of_the_state_table():
    assert set(catalog.SEEN) <= set(states.TRANSITIONS) and not set(catalog.SEEN) & OF_FLOWS
    assert set(catalog.SILENT) <= set(states.TRANSITIONS) | set(WORKFLOWS)
    assert {name for types in catalog.SEEN.values() for name in types} <= set(catalog.event_types())
    assert all(catalog.SILENT.values())


def test_names_and_phases_are_novas():
    found = collections.defaultdict(dict)
    for name, notification in catalog.NOTIFICATIONS.items():
        noun, _, verb = name.partition(".")
        found[noun][verb] = list(notification.phases)
    assert dict(found) == FACTS["phases"]


def test_every_payload_is_one_of_novas():
    assert {found.payload for found in catalog.NOTIFICATIONS.values()} <= set(FACTS["payloads"])


def test_an_event_type_leads_back_to_its_notification():
    for event_type in catalog.event_types():
        found, phase = catalog.split(event_type)
        assert catalog.NOTIFICATIONS[event_type.removesuffix(f".{phase}") if phase else event_type] is found


def test_existed_is_told_before_the_server_becomes_another_one():
    assert catalog.begun("rebuild", "rebuild_instance") == [
        "instance.rebuild_scheduled", "instance.exists", "instance.rebuild.start"]
    assert catalog.entered("resize", "prep_resize") == ["instance.exists", "instance.resize_prep.start"]
    assert catalog.begun("revertResize", "revert_resize") == ["instance.exists", "instance.resize_revert.start"]
    assert catalog.left("rescue", "rescue_instance", False, catalog.ERROR) == []


def test_unversioned_ones_are_of_what_there_is():
    assert set(legacy.NAMES) <= set(catalog.NOTIFICATIONS)
    found = {name: legacy.event_type(name) for name in catalog.event_types()}
    assert found["instance.resize_prep.start"] == "compute.instance.resize.prep.start"
    assert found["instance.resize.end"] == "compute.instance.resize.end" and found["instance.resize.error"] is None
    assert found["instance.exists"] == "compute.instance.exists" and found["instance.lock"] is None
    assert found["flavor.create"] is None and found["compute.exception"] is None
    assert legacy.publisher("nova-compute:host1") == "compute.host1"
