"""Every step of every workflow, failed, repeated and killed, generated from the workflow tables.

A step that is in a table but not here fails ``test_nothing_is_forgotten``.  After each case the order has ended, the
server is in the state that the tables here say, no guest ran twice, and nothing is left of anything (the ``cluster``
fixture asks the audit).
"""
import pytest

from nova_lite import failpoints
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.conductor.workflow import HOST
from nova_lite.conductor.workflows import WORKFLOWS
from nova_lite.states import TASKLESS
from tests.functional import faults
from tests.functional.cluster import (
    ACTIVE,
    FAILED,
    GONE,
    OFFLOADED,
    PAUSED,
    RESCUED,
    RESIZED,
    SHELVED,
    SOFT_DELETED,
    STOPPED,
    SUSPENDED,
    wait_for,
)
from tests.places import WAYS, all_places, forgotten, places

# A step is sent again soon, and never given up because this machine is slow.
CLUSTER = {"lease": 0.3, "retries": 100}
STATES = {"active": ACTIVE, "stopped": STOPPED, "error": FAILED, "paused": PAUSED, "suspended": SUSPENDED,
          "shelved": SHELVED, "offloaded": OFFLOADED,
          "rescued": RESCUED, "resized": RESIZED, "soft-deleted": SOFT_DELETED, "gone": GONE}

# What a way leads to when nothing goes wrong, or what did is made good: the order's state and the server's.
GOOD = {"change the password": ("done", "active"), "trigger a crash dump": ("done", "active"),
        "attach an interface": ("done", "active"), "detach an interface": ("done", "active"),
        "detach on a dead host": ("done", "active"),
        "create": ("done", "active"), "delete": ("done", "gone"), "delete without a host": ("done", "gone"),
        "start": ("done", "active"), "stop": ("done", "stopped"), "reboot": ("done", "active"),
        "pause": ("done", "paused"), "unpause": ("done", "active"), "suspend": ("done", "suspended"),
        "resume": ("done", "active"), "rebuild": ("done", "active"),
        "shelve": ("done", "offloaded"), "shelveOffload": ("done", "offloaded"), "unshelve": ("done", "active"),
        "unshelve elsewhere": ("done", "active"),
        "createImage": ("done", "active"), "createBackup": ("done", "active"),
        "createImage without room": ("failed", "active"),
        "rescue": ("done", "rescued"), "unrescue": ("done", "active"), "resize": ("done", "resized"),
        "confirm resize": ("done", "active"), "revert resize": ("done", "active"),
        "soft delete": ("done", "soft-deleted"), "restore": ("done", "active")}
# What a guest does for it, beginning with its build.
GUEST = {"change the password": ["starts"], "trigger a crash dump": ["starts"],
         "attach an interface": ["starts"], "detach an interface": ["starts"], "detach on a dead host": ["starts"],
         "create": ["starts"], "delete": ["starts", "ends"], "delete without a host": [],
         "start": ["starts", "ends", "starts"], "stop": ["starts", "ends"], "reboot": ["starts", "ends", "starts"],
         "pause": ["starts"], "unpause": ["starts"], "suspend": ["starts", "ends"],
         "resume": ["starts", "ends", "starts"], "rebuild": ["starts", "ends", "starts"],
         "shelve": ["starts", "ends"], "shelveOffload": ["starts", "ends"], "unshelve": ["starts", "ends", "starts"],
         "unshelve elsewhere": ["starts", "ends", "starts"],
         "createImage": ["starts"], "createBackup": ["starts"], "createImage without room": ["starts"],
         "rescue": ["starts", "ends", "starts"], "unrescue": ["starts", "ends", "starts", "ends", "starts"],
         "resize": ["starts", "ends", "starts"], "confirm resize": ["starts", "ends", "starts"],
         "revert resize": ["starts", "ends", "starts", "ends", "starts"],
         "soft delete": ["starts", "ends"], "restore": ["starts", "ends", "starts"]}
TRIED = ("fails once", "fails always", "its host is dead")
# And where that is not so.  A failed order leaves a fault.
BAD = {
    ("changePassword", "set_admin_password"): dict.fromkeys(TRIED, ("failed", "active")),
    ("trigger_crash_dump", "trigger_crash_dump"): dict.fromkeys(TRIED, ("failed", "active")),
    ("attach_interface", "attach_interface"): dict.fromkeys(TRIED, ("failed", "active")),
    ("detach_interface", "detach_interface"): dict.fromkeys(TRIED[:2], ("failed", "active")),
    ("detach_interface", "release_interface"): dict.fromkeys(TRIED[:2], ("failed", "active")),
    ("build", "schedule"): {"fails once": ("failed", "error"), "fails always": ("failed", "error")},
    ("build", "build_and_run_instance"): {"fails always": ("failed", "error"), "its host is dead": ("failed", "error")},
    ("delete", "terminate_instance"): {"fails once": ("failed", "error"), "fails always": ("failed", "error")},
    ("delete", "finish"): {"fails once": ("failed", "error"), "fails always": ("failed", "error")},
    ("start", "start_instance"): dict.fromkeys(TRIED, ("failed", "stopped")),
    ("stop", "stop_instance"): dict.fromkeys(TRIED, ("failed", "active")),
    ("reboot", "reboot_instance"): {"fails once": ("failed", "active"), "fails always": ("failed", "active"),
                                    "its host is dead": ("failed", "error")},
    ("pause", "pause_instance"): dict.fromkeys(TRIED, ("failed", "active")),
    ("unpause", "unpause_instance"): dict.fromkeys(TRIED, ("failed", "paused")),
    ("suspend", "suspend_instance"): dict.fromkeys(TRIED, ("failed", "active")),
    ("resume", "resume_instance"): dict.fromkeys(TRIED, ("failed", "suspended")),
    ("soft_delete", "soft_delete_instance"): dict.fromkeys(TRIED, ("failed", "active")),
    ("restore", "restore_instance"): dict.fromkeys(TRIED, ("failed", "soft-deleted")),
    ("rescue", "rescue_instance"): dict.fromkeys(TRIED, ("failed", "error")),
    ("unrescue", "unrescue_instance"): dict.fromkeys(TRIED, ("failed", "error")),
    ("rebuild", "rebuild_instance"): dict.fromkeys(TRIED, ("failed", "error")),
    **{("shelve", step): dict.fromkeys(TRIED, ("failed", "active"))
       for step in ("create_image", "shelve_instance", "discard_image")},
    **{(workflow, step): dict.fromkeys(TRIED, ("failed", "shelved"))
       for workflow in ("shelve", "shelveOffload") for step in ("shelve_offload_instance", "unbind_ports")},
    ("unshelve", "start_shelved_instance"): dict.fromkeys(TRIED, ("failed", "shelved")),
    ("unshelve", "schedule"): dict.fromkeys(TRIED, ("failed", "offloaded")),
    ("unshelve", "unshelve_instance"): dict.fromkeys(TRIED, ("failed", "offloaded")),
    ("unshelve", "forget_image"): {},
    **{(workflow, step): dict.fromkeys(TRIED, ("failed", "active")) for workflow, steps in (
        ("createImage", ("create_image", "snapshot_instance", "discard_image")),
        ("createBackup", ("create_image", "backup_instance", "rotate_backups", "discard_image"))) for step in steps},
    ("resize", "migrate_server"): dict.fromkeys(TRIED, ("failed", "active")),
    ("resize", "prep_resize"): dict.fromkeys(TRIED[1:], ("failed", "active")),
    ("resize", "resize_instance"): {**dict.fromkeys(TRIED[:2], ("failed", "active")),
                                    "its host is dead": ("failed", "error")},
    ("resize", "finish_resize"): dict.fromkeys(TRIED, ("failed", "active")),
    ("confirmResize", "confirm_resize"): dict.fromkeys(TRIED[:2], ("failed", "resized")),
    ("revertResize", "revert_resize"): dict.fromkeys(TRIED[:2], ("failed", "error")),
    ("revertResize", "finish_revert_resize"): dict.fromkeys(TRIED, ("failed", "error")),
}
# A dead conductor is in test_a_process_dies; who does a step itself sends no report that could be lost.
NOT_FOR_A_CONDUCTOR = {"its host is dead"}
NO_REPORT = {(name, step.name): {"its report is lost"} for name, workflow in WORKFLOWS.items()
             for step in workflow.steps if step.where != HOST and step.name != "schedule"}


def cases():
    """(way, step, condition, what it leads to)."""
    for way, (workflow, steps) in WAYS.items():
        for name in steps:
            step = WORKFLOWS[workflow].step(name)
            for condition in faults.CONDITIONS:
                if condition in NO_REPORT.get((workflow, name), ()) or (
                        step.where != HOST and condition in NOT_FOR_A_CONDUCTOR):
                    continue
                expected = BAD[workflow, name].get(condition, GOOD[way])
                yield pytest.param(way, step, condition, expected, id=f"{way}-{name}-{condition}".replace(" ", "_"))


def test_nothing_is_forgotten():
    assert not forgotten()
    assert BAD.keys() == {(name, step.name) for name, workflow in WORKFLOWS.items() for step in workflow.steps
                          if not step.backward}
    assert GOOD.keys() == GUEST.keys() == WAYS.keys() == faults.REQUESTS.keys()


def ended(cluster, server, expected):
    """The order has ended as expected, and with it the server."""
    result, state = expected
    [server] = cluster.wait([server], STATES[state])
    if cluster.api.actions(cluster.context, server.uuid)[0].workflow in TASKLESS:
        wait_for(lambda: cluster.api.actions(cluster.context, server.uuid)[0].state != "open")
        server = cluster.get(server.uuid)
    newest = cluster.api.actions(cluster.context, server.uuid)[0]
    assert (newest.state, newest.deadline) == (result, None)
    assert result == "done" or server.fault is not None
    assert not cluster.ran_twice(server.uuid), cluster.starts_and_ends(server.uuid)
    return server


def done_once(cluster, server, way):
    assert [verb for _host, verb in cluster.starts_and_ends(server.uuid)] == GUEST[way]


@pytest.mark.parametrize("way", WAYS)
def test_a_straight_run_passes_every_place(cluster, monkeypatch, way):
    expected, passed = sorted(map(str, places(way))), []
    steps = {place.split(".")[1] for place in expected}     # the last of what the request needed may still be under way
    request = faults.Request(cluster, way)
    monkeypatch.setattr(failpoints, "hit", lambda *place: place[1] in steps and passed.append(".".join(place)))
    ended(cluster, request(), GOOD[way])
    wait_for(lambda: len(passed) >= len(expected))
    assert sorted(passed) == expected


@pytest.mark.parametrize("way, step, condition, expected", cases())
def test_a_step(cluster, way, step, condition, expected):
    if expected != GOOD[way]:
        cluster.override("workflow", step_retries=1)
    request = faults.Request(cluster, way, step=step.name if condition == "its host is dead" else None)
    with faults.CONDITIONS[condition](cluster, step) as afterwards:
        server = ended(cluster, request(), expected)
        afterwards()
    wait_for(lambda: not cluster.is_worked_on(server))
    assert ended(cluster, server, expected) == server, "what came late changed something"
    if expected == GOOD[way] and condition != "its host is dead":       # whose guest goes when it comes back
        done_once(cluster, server, way)


def at(found):
    return [pytest.param(place, id=f"{place.way}-{place}".replace(" ", "_")) for place in found]


@pytest.mark.parametrize("place", at(all_places()))
def test_a_process_dies(cluster, place):
    """As by kill -9, and is started again: the order goes on where it was."""
    request = faults.Request(cluster, place.way, step=place.step)
    with faults.death(cluster, place) as dead:
        server = request()
        dead()
        ended(cluster, server, GOOD[place.way])
    if place.process != "compute":                 # a host that is killed forgets what it has done
        done_once(cluster, server, place.way)


@pytest.mark.parametrize("place", at(p for p in all_places() if p.process == "compute" and p.moment != "reported"))
def test_a_host_dies_and_does_not_come_back(cluster, monkeypatch, place):
    """Until the order has ended; then it takes away what is no longer its own, though nobody tells it to."""
    monkeypatch.setattr(ComputeAPI, "disown", lambda *args, **kwargs: None)
    cluster.override("workflow", step_retries=1)
    request = faults.Request(cluster, place.way, step=place.step)
    with faults.death(cluster, place) as dead:
        server = request()
        dead(restart=False)
        if place.step in faults.FENCED:
            cluster.lose_power(cluster.hosts[0])
        cluster.mark_dead(cluster.hosts[0])
        ended(cluster, server, BAD[place.workflow, place.step].get("its host is dead", GOOD[place.way]))
