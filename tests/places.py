"""The fail-point places that a straight run of every workflow passes, generated from the workflow tables.

Used by the tests that make each place fail (functional) and that kill each process there (chaos).
"""
import dataclasses
from collections.abc import Iterator

from nova_lite.conductor.workflow import CONDUCTOR, HOST
from nova_lite.conductor.workflows import WORKFLOWS

# What a user can ask for -> its workflow and the steps of a run in which nothing goes wrong.
# "finish": the delete of a server without a host, or whose host is down.
WAYS = {
    "create": ("build", ("schedule", "build_and_run_instance")),
    "delete": ("delete", ("terminate_instance",)),
    "delete without a host": ("delete", ("finish",)),
    "start": ("start", ("start_instance",)),
    "stop": ("stop", ("stop_instance",)),
    "reboot": ("reboot", ("reboot_instance",)),
    "pause": ("pause", ("pause_instance",)),
    "unpause": ("unpause", ("unpause_instance",)),
    "suspend": ("suspend", ("suspend_instance",)),
    "resume": ("resume", ("resume_instance",)),
    "rebuild": ("rebuild", ("rebuild_instance",)),
    "rescue": ("rescue", ("rescue_instance",)),
    "unrescue": ("unrescue", ("unrescue_instance",)),
    "soft delete": ("soft_delete", ("soft_delete_instance",)),
    "restore": ("restore", ("restore_instance",)),
    "change the password": ("changePassword", ("set_admin_password",)),
    "trigger a crash dump": ("trigger_crash_dump", ("trigger_crash_dump",)),
    "attach an interface": ("attach_interface", ("attach_interface",)),
    "detach an interface": ("detach_interface", ("detach_interface",)),
    "detach on a dead host": ("detach_interface", ("release_interface",)),
    "createImage": ("createImage", ("create_image", "snapshot_instance")),
    "createImage without room": ("createImage", ("create_image", "snapshot_instance", "discard_image")),
    "shelve": ("shelve", ("create_image", "shelve_instance", "shelve_offload_instance", "unbind_ports")),
    "shelveOffload": ("shelveOffload", ("shelve_offload_instance", "unbind_ports")),
    "unshelve": ("unshelve", ("start_shelved_instance", "forget_image")),
    "unshelve elsewhere": ("unshelve", ("schedule", "unshelve_instance", "forget_image")),
    "createBackup": ("createBackup", ("create_image", "backup_instance", "rotate_backups")),
    "resize": ("resize", ("migrate_server", "prep_resize", "resize_instance", "finish_resize")),
    "confirm resize": ("confirmResize", ("confirm_resize",)),
    "revert resize": ("revertResize", ("revert_resize", "finish_revert_resize")),
}
# The step that fails on a way, so that what undoes it comes next.
FAILS = {"createImage without room": "snapshot_instance"}
# Steps that another workflow has too, and does there after the same.
SHARED = {("createBackup", "discard_image"), ("shelve", "discard_image")}
# What some steps pass in the middle of their work.
WITHIN = {
    "build_and_run_instance": ("networked",),
    "terminate_instance": ("destroyed",),
    "finish": ("deallocated",),
    "attach_interface": ("networked",),
    "detach_interface": ("detached",),
    "release_interface": ("released",),
    "create_image": ("created",),
    "snapshot_instance": ("copied", "uploaded"),
    "backup_instance": ("copied", "uploaded"),
    "finish_resize": ("bound",),
    "revert_resize": ("destroyed",),
    "shelve_instance": ("copied", "uploaded"),
    "shelve_offload_instance": ("destroyed",),
    "unshelve_instance": ("networked",),
}
# Steps for which the conductor asks the scheduler, whose transaction is the step's end: nobody reports them.
SCHEDULED = ("schedule", "migrate_server")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a process can be made to fail, wait or die: ``str()`` is the fail-point's name.

    ``way``: a key of WAYS; ``process``: api, conductor, scheduler or compute.
    """

    way: str
    workflow: str
    step: str
    process: str
    moment: str

    def __str__(self) -> str:
        return f"{self.process}.{self.workflow if self.process == 'api' else self.step}.{self.moment}"


def forgotten() -> set[tuple[str, str]]:
    """(workflow, step) of the tables that no way comes through, but should; must be empty."""
    return ({(name, step.name) for name, workflow in WORKFLOWS.items() for step in workflow.steps if not step.backward}
            - {(workflow, step) for workflow, steps in WAYS.values() for step in steps} - SHARED)


def places(way: str) -> Iterator[Place]:
    """In the order in which a straight run passes them (what runs side by side: in that of the steps)."""
    workflow, steps = WAYS[way]

    def at(step, process, *moments):
        return (Place(way, workflow, step, process, moment) for moment in moments)

    yield from at(steps[0], "api", "committed", "sent")
    for number, name in enumerate(steps):
        where = WORKFLOWS[workflow].step(name).where
        # The first host step is cast by the API, one after a choice by whoever had the host chosen.
        if where == CONDUCTOR or number > 0 and steps[number - 1] not in SCHEDULED:
            yield from at(name, "conductor", "begin", "work")
            if name in SCHEDULED:
                yield from at(name, "scheduler", "begin", "claimed")
                yield from at(name, "conductor", "chosen")
            if where == HOST:
                yield from at(name, "conductor", "sent")
        if where == HOST:
            yield from at(name, "compute", "begin", "work")
        if name != FAILS.get(way):
            yield from at(name, "compute" if where == HOST else "conductor", *WITHIN.get(name, ()))
        if where == HOST:
            yield from at(name, "compute", "done", "reported")
        if name not in SCHEDULED:
            yield from at(name, "conductor", "report", *(["undo"] if name == FAILS.get(way) else ()), "committed")
        if where == CONDUCTOR:
            yield from at(name, "conductor", "sent")


def all_places() -> Iterator[Place]:
    """Of every way.  Raises LookupError when a workflow or a step has none."""
    if forgotten():
        raise LookupError(f"tests.places.WAYS lacks {sorted(forgotten())}")
    for way in WAYS:
        yield from places(way)
