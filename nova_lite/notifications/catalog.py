"""The only table of notifications: their names, and which change of a server makes which.

Names, phases, priorities and payloads are those of Nova's versioned notifications.  A new workflow or state event
needs a line in ``FLOWS``, ``SEEN`` or ``SILENT`` (a contract test says so).  doc/notifications.rst is generated
from here.
"""
import dataclasses

START, END, ERROR = "start", "end", "error"
_SE, _SEX = (START, END), (START, END, ERROR)
ACTION = "InstanceActionPayload"
COMPUTE, API, CONDUCTOR, SCHEDULER = "nova-compute", "nova-api", "nova-conductor", "nova-scheduler"


@dataclasses.dataclass(frozen=True)
class Notification:
    """``phases`` is empty for one that has none; ``payload`` is its object's name, ``binary`` who publishes it."""

    phases: tuple[str, ...]
    payload: str = ACTION
    binary: str = COMPUTE


NOTIFICATIONS: dict[str, Notification] = {
    "instance.create": Notification(_SEX, "InstanceCreatePayload"),
    "instance.delete": Notification(_SE),
    "instance.soft_delete": Notification(_SE),
    "instance.restore": Notification(_SE),
    "instance.shutdown": Notification(_SE),
    "instance.power_off": Notification(_SE),
    "instance.power_on": Notification(_SE),
    "instance.reboot": Notification(_SEX),
    "instance.pause": Notification(_SE),
    "instance.unpause": Notification(_SE),
    "instance.suspend": Notification(_SE),
    "instance.resume": Notification(_SE),
    "instance.rescue": Notification(_SE, "InstanceActionRescuePayload"),
    "instance.unrescue": Notification(_SE),
    "instance.rebuild": Notification(_SEX, "InstanceActionRebuildPayload"),
    "instance.rebuild_scheduled": Notification((), "InstanceActionRebuildPayload", CONDUCTOR),
    "instance.evacuate": Notification((), binary=API),
    "instance.resize": Notification(_SEX),
    "instance.resize_prep": Notification(_SE, "InstanceActionResizePrepPayload"),
    "instance.resize_finish": Notification(_SE),
    "instance.resize_confirm": Notification(_SE),
    "instance.resize_revert": Notification(_SE),
    "instance.shelve": Notification(_SE),
    "instance.shelve_offload": Notification(_SE),
    "instance.unshelve": Notification(_SE),
    "instance.snapshot": Notification(_SE, "InstanceActionSnapshotPayload"),
    "instance.trigger_crash_dump": Notification(_SE),
    "instance.interface_attach": Notification(_SEX),
    "instance.interface_detach": Notification(_SE),
    "instance.volume_attach": Notification(_SEX, "InstanceActionVolumePayload"),
    "instance.volume_detach": Notification(_SE, "InstanceActionVolumePayload"),
    "instance.volume_swap": Notification(_SEX, "InstanceActionVolumeSwapPayload"),
    "instance.live_migration_pre": Notification(_SE),
    "instance.live_migration_post": Notification(_SE),
    "instance.live_migration_post_dest": Notification(_SE),
    "instance.live_migration_rollback": Notification(_SE),
    "instance.live_migration_rollback_dest": Notification(_SE),
    "instance.live_migration_abort": Notification(_SE),
    "instance.live_migration_force_complete": Notification(_SE),
    "instance.lock": Notification((), binary=API),
    "instance.unlock": Notification((), binary=API),
    "instance.update": Notification((), "InstanceUpdatePayload"),
    "instance.exists": Notification((), "InstanceExistsPayload"),
    "compute.exception": Notification((), "ExceptionPayload"),
    "compute_task.build_instances": Notification((ERROR,), "ComputeTaskPayload", CONDUCTOR),
    "compute_task.migrate_server": Notification((ERROR,), "ComputeTaskPayload", CONDUCTOR),
    "compute_task.rebuild_server": Notification((ERROR,), "ComputeTaskPayload", CONDUCTOR),
    "scheduler.select_destinations": Notification(_SE, "RequestSpecPayload", SCHEDULER),
    "aggregate.create": Notification(_SE, "AggregatePayload", API),
    "aggregate.delete": Notification(_SE, "AggregatePayload", API),
    "aggregate.add_host": Notification(_SE, "AggregatePayload", API),
    "aggregate.remove_host": Notification(_SE, "AggregatePayload", API),
    "aggregate.update_metadata": Notification(_SE, "AggregatePayload", API),
    "aggregate.update_prop": Notification(_SE, "AggregatePayload", API),
    "flavor.create": Notification((), "FlavorPayload", API),
    "flavor.update": Notification((), "FlavorPayload", API),
    "flavor.delete": Notification((), "FlavorPayload", API),
    "keypair.create": Notification(_SE, "KeypairPayload", API),
    "keypair.import": Notification(_SE, "KeypairPayload", API),
    "keypair.delete": Notification(_SE, "KeypairPayload", API),
    "server_group.create": Notification((), "ServerGroupPayload", API),
    "server_group.delete": Notification((), "ServerGroupPayload", API),
    "server_group.add_member": Notification((), "ServerGroupPayload", API),
    "service.create": Notification((), "ServiceStatusPayload", API),
    "service.update": Notification((), "ServiceStatusPayload", API),
    "service.delete": Notification((), "ServiceStatusPayload", API),
}
PRIORITY_OF_ERRORS = "ERROR"


@dataclasses.dataclass(frozen=True)
class Flow:
    """What an order of a workflow tells.

    ``announced``: once, when it is placed.  ``whole``: from then to its end.  ``steps``: {step: notification} from the
    moment that the order comes to a step until it leaves it.  ``exists``: {step: phase} of which instance.exists is
    told first, since the server will be another one (END: only when the step was done).  ``events``: the events of the
    state table that the workflow makes, all of them.  Where a notification has no such phase, nothing is sent; every
    step that failed on a host is a ``compute.exception``.
    """

    whole: str | None = None
    announced: str | None = None
    steps: dict[str, str] = dataclasses.field(default_factory=dict)
    exists: dict[str, str] = dataclasses.field(default_factory=dict)
    events: str = ""


# By the workflow's name in an order (conductor.workflows.WORKFLOWS).
FLOWS: dict[str, Flow] = {
    "build": Flow(steps={"schedule": "compute_task.build_instances", "build_and_run_instance": "instance.create"},
                  events="claimed networked mapped built rescheduled build_failed"),
    "delete": Flow("instance.delete", steps={"terminate_instance": "instance.shutdown"},
                   events="delete deleted delete_failed reclaim_failed"),
    "soft_delete": Flow("instance.soft_delete", events="soft_delete soft_deleted soft_delete_failed"),
    "restore": Flow("instance.restore", events="restore restored restore_failed"),
    "start": Flow("instance.power_on", events="start started start_failed"),
    "stop": Flow("instance.power_off", events="stop stopped stop_failed power_on_seen"),
    "reboot": Flow("instance.reboot", events="reboot reboot_hard reboot_started reboot_started_hard rebooted "
                                             "reboot_failed reboot_refused"),
    "pause": Flow("instance.pause", events="pause paused pause_failed"),
    "unpause": Flow("instance.unpause", events="unpause unpaused unpause_failed"),
    "suspend": Flow("instance.suspend", events="suspend suspended suspend_failed"),
    "resume": Flow("instance.resume", events="resume resumed resume_failed"),
    "changePassword": Flow(events="change_password password_set password_failed"),
    "trigger_crash_dump": Flow("instance.trigger_crash_dump"),
    "rebuild": Flow("instance.rebuild", announced="instance.rebuild_scheduled", exists={"rebuild_instance": START},
                    events="rebuild rebuild_begun rebuild_mapped rebuilt rebuilt_stopped rebuild_failed"),
    "rescue": Flow("instance.rescue", exists={"rescue_instance": END}, events="rescue rescued rescue_failed"),
    "unrescue": Flow("instance.unrescue", events="unrescue unrescued unrescue_failed"),
    "createImage": Flow(steps={"snapshot_instance": "instance.snapshot"},
                        events="create_image image_begun image_taken image_sent image_made image_failed"),
    "createBackup": Flow(steps={"backup_instance": "instance.snapshot"},
                         events="create_backup image_begun image_taken image_sent image_made image_failed"),
    "shelve": Flow("instance.shelve", steps={"shelve_offload_instance": "instance.shelve_offload"},
                   exists={"create_image": START},
                   events="shelve shelve_copied shelve_sent shelved shelved_to_go shelve_failed shelve_failed_off "
                          "offloaded offload_failed"),
    "shelveOffload": Flow("instance.shelve_offload", events="shelve_offload offloaded offload_failed"),
    "unshelve": Flow("instance.unshelve",
                     events="unshelve unshelve_claimed unshelve_started unshelve_mapped unshelve_built unshelved "
                            "unshelve_rescheduled unshelve_elsewhere unshelve_without_image unshelve_failed"),
    "resize": Flow(steps={"migrate_server": "compute_task.migrate_server", "prep_resize": "instance.resize_prep",
                          "resize_instance": "instance.resize", "finish_resize": "instance.resize_finish"},
                   exists={"prep_resize": START},
                   events="resize resize_claimed resize_rescheduled resize_prepared resize_migrated resize_finishing "
                          "resized resize_undone resize_given_up resize_failed resize_broken"),
    "confirmResize": Flow("instance.resize_confirm",
                          events="confirm_resize resize_confirmed resize_confirmed_off confirm_failed"),
    "revertResize": Flow("instance.resize_revert", exists={"revert_resize": START},
                         events="revert_resize resize_taken_back resize_reverted resize_reverted_off move_recalled "
                                "revert_given_up revert_failed"),
    "attach_interface": Flow(steps={"attach_interface": "instance.interface_attach"}),
    "detach_interface": Flow("instance.interface_detach"),
}
# State events that no order makes: their notifications, in order.
SEEN: dict[str, tuple[str, ...]] = {
    "power_off_seen": ("instance.power_off.start", "instance.power_off.end"),
    "pause_seen": ("instance.pause.start", "instance.pause.end"),
    "unpause_seen": ("instance.unpause.start", "instance.unpause.end"),
    "resume_seen": ("instance.resume.start", "instance.resume.end"),
}
# State events and workflows of which the bus is told by instance.update at most, and why.
SILENT: dict[str, str] = {
    "reset_active": "an administrator's word about the row; Nova has none",
    "reset_error": "an administrator's word about the row; Nova has none",
    "healed_build": "an operator's repair with nova-lite-manage; Nova has none",
    "healed": "an operator's repair with nova-lite-manage; Nova has none",
}


def event_type(name: str, phase: str = "") -> str | None:
    """``instance.create.start``; None when the notification has no such phase."""
    if not phase:
        return name
    return f"{name}.{phase}" if phase in NOTIFICATIONS[name].phases else None


def split(event_type_: str) -> tuple[Notification, str]:
    """The notification of an event type, and its phase ("": it has none)."""
    if event_type_ in NOTIFICATIONS:
        return NOTIFICATIONS[event_type_], ""
    name, _, phase = event_type_.rpartition(".")
    return NOTIFICATIONS[name], phase


def event_types() -> list[str]:
    """All of them."""
    return [event_type(name, phase) for name, found in NOTIFICATIONS.items() for phase in found.phases or ("",)]


def begun(workflow: str, step: str) -> list[str]:
    """The event types of an order that was placed, and is at its first step."""
    flow = FLOWS.get(workflow, Flow())
    return [*filter(None, [flow.announced]), *_exists(flow, step, START),
            *_types([flow.whole, flow.steps.get(step)], START)]


def entered(workflow: str, step: str) -> list[str]:
    """Those of an order that has come to another step."""
    flow = FLOWS.get(workflow, Flow())
    return _exists(flow, step, START) + _types([flow.steps.get(step)], START)


def left(workflow: str, step: str, succeeded: bool, ended: str | None) -> list[str]:
    """Those of a step that is over; ``ended``: the order is, too, in this phase (END or ERROR)."""
    flow = FLOWS.get(workflow, Flow())
    phase = END if succeeded else ERROR
    found = _exists(flow, step, phase) + _types([flow.steps.get(step)], phase)
    return found + _types([flow.whole], ended) if ended else found


def _exists(flow: Flow, step: str, phase: str) -> list[str]:
    return ["instance.exists"] if flow.exists.get(step) == phase else []


def _types(names, phase) -> list[str]:
    return [found for name in names if name and (found := event_type(name, phase))]
