"""The only table of a server's states: what moves it, which action is allowed when, what clients see.

Three independent fields (spelling is Nova's; clients read the strings as they are):
``vm_state`` the stable state, ``task_state`` what goes on now (None: idle), ``power_state`` what the
hypervisor says.  ``TRANSITIONS`` lists every change the database door (``db.instances.transition``) will
make; ``ACTIONS`` is the table of guards (a state that is not allowed is a 409); ``STATUS`` the
``status`` of the REST API.  The diagram in doc/states.rst is generated from here.
"""
import dataclasses

# -- vm_state ---------------------------------------------------------------------------------
ACTIVE, BUILDING, PAUSED, SUSPENDED = "active", "building", "paused", "suspended"
STOPPED, RESCUED, RESIZED, SOFT_DELETED = "stopped", "rescued", "resized", "soft-delete"
DELETED, ERROR, SHELVED, SHELVED_OFFLOADED = "deleted", "error", "shelved", "shelved_offloaded"
VM_STATES = (ACTIVE, BUILDING, PAUSED, SUSPENDED, STOPPED, RESCUED, RESIZED, SOFT_DELETED, DELETED, ERROR,
             SHELVED, SHELVED_OFFLOADED)
LIVE = tuple(state for state in VM_STATES if state != DELETED)
# What is deleted at once, also where servers are kept a while: nobody would restore half a server.
SOFT_DELETABLE = tuple(state for state in LIVE if state not in (BUILDING, RESIZED, SHELVED_OFFLOADED))

# -- task_state (those of the workflows that exist; the status table below knows all of Nova's) ---
SCHEDULING, NETWORKING, BLOCK_DEVICE_MAPPING, SPAWNING = ("scheduling", "networking", "block_device_mapping",
                                                          "spawning")
POWERING_ON, POWERING_OFF, DELETING = "powering-on", "powering-off", "deleting"
REBOOTING, REBOOT_PENDING, REBOOT_STARTED = "rebooting", "reboot_pending", "reboot_started"
REBOOTING_HARD, REBOOT_PENDING_HARD, REBOOT_STARTED_HARD = ("rebooting_hard", "reboot_pending_hard",
                                                            "reboot_started_hard")
PAUSING, UNPAUSING, SUSPENDING, RESUMING = "pausing", "unpausing", "suspending", "resuming"
UPDATING_PASSWORD = "updating_password"
REBUILDING, REBUILD_BLOCK_DEVICE_MAPPING, REBUILD_SPAWNING = ("rebuilding", "rebuild_block_device_mapping",
                                                              "rebuild_spawning")
RESCUING, UNRESCUING = "rescuing", "unrescuing"
SOFT_DELETING, RESTORING = "soft-deleting", "restoring"
IMAGE_SNAPSHOT_PENDING, IMAGE_BACKUP, IMAGE_SNAPSHOT = "image_snapshot_pending", "image_backup", "image_snapshot"
IMAGE_PENDING_UPLOAD, IMAGE_UPLOADING = "image_pending_upload", "image_uploading"
RESIZE_PREP, RESIZE_MIGRATING, RESIZE_MIGRATED = "resize_prep", "resize_migrating", "resize_migrated"
RESIZE_FINISH, RESIZE_CONFIRMING, RESIZE_REVERTING = "resize_finish", "resize_confirming", "resize_reverting"
SHELVING, SHELVING_OFFLOADING, UNSHELVING = "shelving", "shelving_offloading", "unshelving"
SHELVING_IMAGE_PENDING_UPLOAD, SHELVING_IMAGE_UPLOADING = "shelving_image_pending_upload", "shelving_image_uploading"
TASK_STATES = (UPDATING_PASSWORD,
               SCHEDULING, NETWORKING, BLOCK_DEVICE_MAPPING, SPAWNING, POWERING_ON, POWERING_OFF, DELETING,
               REBOOTING, REBOOT_PENDING, REBOOT_STARTED, REBOOTING_HARD, REBOOT_PENDING_HARD, REBOOT_STARTED_HARD,
               PAUSING, UNPAUSING, SUSPENDING, RESUMING, REBUILDING, REBUILD_BLOCK_DEVICE_MAPPING, REBUILD_SPAWNING,
               IMAGE_SNAPSHOT_PENDING, IMAGE_BACKUP, IMAGE_SNAPSHOT, IMAGE_PENDING_UPLOAD, IMAGE_UPLOADING,
               SHELVING, SHELVING_IMAGE_PENDING_UPLOAD, SHELVING_IMAGE_UPLOADING, SHELVING_OFFLOADING, UNSHELVING,
               RESCUING, UNRESCUING, SOFT_DELETING, RESTORING,
               RESIZE_PREP, RESIZE_MIGRATING, RESIZE_MIGRATED, RESIZE_FINISH, RESIZE_CONFIRMING, RESIZE_REVERTING)
BUILD_TASKS = (NETWORKING, BLOCK_DEVICE_MAPPING, SPAWNING)
SOFT_REBOOT_TASKS = (REBOOTING, REBOOT_PENDING, REBOOT_STARTED)
HARD_REBOOT_TASKS = (REBOOTING_HARD, REBOOT_PENDING_HARD, REBOOT_STARTED_HARD)
IMAGE_ORDERED = (IMAGE_SNAPSHOT_PENDING, IMAGE_BACKUP)
IMAGE_TASKS = (*IMAGE_ORDERED, IMAGE_SNAPSHOT, IMAGE_PENDING_UPLOAD, IMAGE_UPLOADING)
SHELVE_TASKS = (SHELVING, SHELVING_IMAGE_PENDING_UPLOAD, SHELVING_IMAGE_UPLOADING)
UNSHELVE_TASKS = (UNSHELVING, POWERING_ON, SPAWNING)
WITH_A_DISK = (ACTIVE, STOPPED, PAUSED, SUSPENDED)              # whose root disk can be made an image
RESIZE_TASKS = (RESIZE_PREP, RESIZE_MIGRATING, RESIZE_MIGRATED, RESIZE_FINISH)
FREEZE_TASKS = (PAUSING, UNPAUSING, SUSPENDING, RESUMING)        # a hard reboot takes over from these, too
REBUILD_TASKS = (REBUILDING, REBUILD_BLOCK_DEVICE_MAPPING, REBUILD_SPAWNING)

# -- power_state ---------------------------------------------------------------------------------
NOSTATE, RUNNING, POWER_PAUSED, SHUTDOWN, CRASHED, POWER_SUSPENDED = 0, 1, 3, 4, 6, 7
# What a guest is when nothing goes on: the states in which a host looks after it (a suspended one is saved and off).
EXPECTED_POWER = {ACTIVE: RUNNING, STOPPED: SHUTDOWN, PAUSED: POWER_PAUSED, SUSPENDED: SHUTDOWN}

ANY = "any"          # in a ``task_from``: whatever it is
KEEP = "keep"        # in a ``vm_to`` / ``task_to``: unchanged


@dataclasses.dataclass(frozen=True)
class Transition:
    """``event`` moves vm_state in ``vm_from`` with task_state in ``task_from`` to ``vm_to`` / ``task_to``."""

    event: str
    vm_from: tuple[str, ...]
    task_from: tuple[str | None, ...] | str
    vm_to: str
    task_to: str | None
    reason: str


TRANSITIONS: dict[str, Transition] = {t.event: t for t in (
    # build
    Transition("claimed", (BUILDING,), (SCHEDULING,), KEEP, NETWORKING, "the scheduler chose and claimed a host"),
    Transition("networked", (BUILDING,), (NETWORKING,), KEEP, BLOCK_DEVICE_MAPPING, "the host has its addresses"),
    Transition("mapped", (BUILDING,), (NETWORKING, BLOCK_DEVICE_MAPPING), KEEP, SPAWNING, "the host has its disks"),
    Transition("built", (BUILDING,), BUILD_TASKS, ACTIVE, None, "the guest runs"),
    Transition("rescheduled", (BUILDING,), BUILD_TASKS, KEEP, SCHEDULING, "the host failed; another is tried"),
    Transition("build_failed", (BUILDING,), (SCHEDULING, *BUILD_TASKS), ERROR, None, "no host could build it"),
    # power
    Transition("start", (STOPPED,), (None,), KEEP, POWERING_ON, "os-start accepted"),
    Transition("started", (STOPPED,), (POWERING_ON,), ACTIVE, None, "the guest runs"),
    Transition("start_failed", (STOPPED,), (POWERING_ON,), KEEP, None, "the guest did not start"),
    Transition("stop", (ACTIVE, ERROR), (None,), KEEP, POWERING_OFF, "os-stop accepted"),
    Transition("stopped", (ACTIVE, ERROR, STOPPED), (POWERING_OFF,), STOPPED, None, "the guest is off"),
    Transition("stop_failed", (ACTIVE, ERROR, STOPPED), (POWERING_OFF,), KEEP, None, "the guest did not stop"),
    Transition("reboot", (ACTIVE,), (None,), KEEP, REBOOTING, "soft reboot accepted"),
    Transition("reboot_hard", (ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR),
               (None, *SOFT_REBOOT_TASKS, *HARD_REBOOT_TASKS, *FREEZE_TASKS), KEEP, REBOOTING_HARD,
               "hard reboot accepted"),
    Transition("reboot_started", (ACTIVE,), (REBOOTING, REBOOT_PENDING), KEEP, REBOOT_STARTED, "the host reboots it"),
    Transition("reboot_started_hard", (ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR),
               (REBOOTING_HARD, REBOOT_PENDING_HARD), KEEP, REBOOT_STARTED_HARD, "the host reboots it"),
    Transition("rebooted", (ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR),
               (*SOFT_REBOOT_TASKS, *HARD_REBOOT_TASKS), ACTIVE, None, "the guest runs again"),
    Transition("reboot_failed", (ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR),
               (*SOFT_REBOOT_TASKS, *HARD_REBOOT_TASKS), ERROR, None, "the guest does not run after the reboot"),
    Transition("reboot_refused", (ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR),
               (*SOFT_REBOOT_TASKS, *HARD_REBOOT_TASKS), KEEP, None, "the reboot was not done; the guest runs"),
    # password
    Transition("change_password", (ACTIVE,), (None,), KEEP, UPDATING_PASSWORD, "changePassword accepted"),
    Transition("password_set", (ACTIVE,), (UPDATING_PASSWORD,), KEEP, None, "the guest has it"),
    Transition("password_failed", (ACTIVE,), (UPDATING_PASSWORD,), KEEP, None, "the guest does not take it"),
    # freeze
    Transition("pause", (ACTIVE,), (None,), KEEP, PAUSING, "pause accepted"),
    Transition("paused", (ACTIVE,), (PAUSING,), PAUSED, None, "the guest's CPUs stand still"),
    Transition("pause_failed", (ACTIVE,), (PAUSING,), KEEP, None, "the guest was not paused"),
    Transition("unpause", (PAUSED,), (None,), KEEP, UNPAUSING, "unpause accepted"),
    Transition("unpaused", (PAUSED,), (UNPAUSING,), ACTIVE, None, "the guest runs on"),
    Transition("unpause_failed", (PAUSED,), (UNPAUSING,), KEEP, None, "the guest does not run on"),
    Transition("suspend", (ACTIVE,), (None,), KEEP, SUSPENDING, "suspend accepted"),
    Transition("suspended", (ACTIVE,), (SUSPENDING,), SUSPENDED, None, "the guest's memory is saved, it is off"),
    Transition("suspend_failed", (ACTIVE,), (SUSPENDING,), KEEP, None, "the guest was not saved"),
    Transition("resume", (SUSPENDED,), (None,), KEEP, RESUMING, "resume accepted"),
    Transition("resumed", (SUSPENDED,), (RESUMING,), ACTIVE, None, "the guest runs on from what was saved"),
    Transition("resume_failed", (SUSPENDED,), (RESUMING,), KEEP, None, "the guest was not restored"),
    # rebuild
    Transition("rebuild", (ACTIVE, STOPPED, ERROR), (None,), KEEP, REBUILDING, "rebuild accepted"),
    Transition("rebuild_begun", (ACTIVE, STOPPED, ERROR), (REBUILDING,), KEEP, REBUILD_BLOCK_DEVICE_MAPPING,
               "the host takes the old guest away and makes new disks"),
    Transition("rebuild_mapped", (ACTIVE, STOPPED, ERROR), (REBUILDING, REBUILD_BLOCK_DEVICE_MAPPING), KEEP,
               REBUILD_SPAWNING, "the host has its new disks"),
    Transition("rebuilt", (ACTIVE, ERROR), REBUILD_TASKS, ACTIVE, None, "the new guest runs"),
    Transition("rebuilt_stopped", (STOPPED,), REBUILD_TASKS, KEEP, None, "the new guest is there, off as the old one"),
    Transition("rebuild_failed", (ACTIVE, STOPPED, ERROR), REBUILD_TASKS, ERROR, None, "the host could not build it"),
    # rescue
    Transition("rescue", (ACTIVE, STOPPED, ERROR), (None,), KEEP, RESCUING, "rescue accepted"),
    Transition("rescued", (ACTIVE, STOPPED, ERROR), (RESCUING,), RESCUED, None, "the guest runs from the rescue image"),
    Transition("rescue_failed", (ACTIVE, STOPPED, ERROR), (RESCUING,), ERROR, None, "the guest could not be rescued"),
    Transition("unrescue", (RESCUED,), (None,), KEEP, UNRESCUING, "unrescue accepted"),
    Transition("unrescued", (RESCUED,), (UNRESCUING,), ACTIVE, None, "the guest runs from its own disk again"),
    Transition("unrescue_failed", (RESCUED,), (UNRESCUING,), ERROR, None, "the guest does not run from its own disk"),
    # an image of the server
    Transition("create_image", WITH_A_DISK, (None,), KEEP, IMAGE_SNAPSHOT_PENDING, "createImage accepted"),
    Transition("create_backup", WITH_A_DISK, (None,), KEEP, IMAGE_BACKUP, "createBackup accepted"),
    Transition("image_begun", WITH_A_DISK, IMAGE_ORDERED, KEEP, IMAGE_SNAPSHOT, "the host copies the disk"),
    Transition("image_taken", WITH_A_DISK, (*IMAGE_ORDERED, IMAGE_SNAPSHOT), KEEP, IMAGE_PENDING_UPLOAD,
               "the host has a copy of the disk"),
    Transition("image_sent", WITH_A_DISK, (*IMAGE_ORDERED, IMAGE_SNAPSHOT, IMAGE_PENDING_UPLOAD), KEEP,
               IMAGE_UPLOADING, "the host sends the copy to the image service"),
    Transition("image_made", WITH_A_DISK, IMAGE_TASKS, KEEP, None, "the image service has all of it"),
    Transition("image_failed", WITH_A_DISK, IMAGE_TASKS, KEEP, None, "nothing is left of the image"),
    # resize and cold migrate: the same way, with another flavor or with the same
    Transition("resize", (ACTIVE, STOPPED), (None,), KEEP, RESIZE_PREP, "resize or migrate accepted"),
    Transition("resize_claimed", (ACTIVE, STOPPED), (RESIZE_PREP,), KEEP, KEEP,
               "the scheduler chose and claimed a host"),
    Transition("resize_rescheduled", (ACTIVE, STOPPED), (RESIZE_PREP,), KEEP, KEEP,
               "that host will not take it; another is tried"),
    Transition("resize_prepared", (ACTIVE, STOPPED), (RESIZE_PREP,), KEEP, RESIZE_MIGRATING, "that host will take it"),
    Transition("resize_migrated", (ACTIVE, STOPPED), (RESIZE_MIGRATING,), KEEP, RESIZE_MIGRATED,
               "the guest is off, its disks are set aside; the server is the other host's"),
    Transition("resize_finishing", (ACTIVE, STOPPED), (RESIZE_MIGRATED,), KEEP, RESIZE_FINISH,
               "the other host fetches the disks"),
    Transition("resized", (ACTIVE, STOPPED), (RESIZE_MIGRATED, RESIZE_FINISH), RESIZED, None,
               "the guest is what it should be, and waits to be confirmed"),
    Transition("resize_undone", (ACTIVE, STOPPED), (RESIZE_MIGRATING, RESIZE_MIGRATED, RESIZE_FINISH), KEEP,
               RESIZE_MIGRATING, "it failed: the first host takes the server back"),
    Transition("resize_given_up", (ACTIVE, STOPPED), RESIZE_TASKS, KEEP, KEEP, "it failed, and so did the way back"),
    Transition("resize_failed", (ACTIVE, STOPPED), RESIZE_TASKS, KEEP, None, "it was not resized; it is as before"),
    Transition("resize_broken", (ACTIVE, STOPPED), RESIZE_TASKS, ERROR, None, "nobody knows how far its disks came"),
    Transition("confirm_resize", (RESIZED,), (None,), KEEP, RESIZE_CONFIRMING, "confirmResize accepted"),
    Transition("resize_confirmed", (RESIZED,), (RESIZE_CONFIRMING,), ACTIVE, None, "the old disks are gone"),
    Transition("resize_confirmed_off", (RESIZED,), (RESIZE_CONFIRMING,), STOPPED, None,
               "the old disks are gone; the guest is off"),
    Transition("confirm_failed", (RESIZED,), (RESIZE_CONFIRMING,), KEEP, None, "the old disks are still there"),
    Transition("revert_resize", (RESIZED,), (None,), KEEP, RESIZE_REVERTING, "revertResize accepted"),
    Transition("resize_taken_back", (RESIZED,), (RESIZE_REVERTING,), KEEP, KEEP,
               "the new guest is gone; the server is the first host's"),
    Transition("resize_reverted", (RESIZED,), (RESIZE_REVERTING,), ACTIVE, None, "the guest runs as before"),
    Transition("resize_reverted_off", (RESIZED,), (RESIZE_REVERTING,), STOPPED, None, "the guest is as before, off"),
    Transition("move_recalled", (ERROR,), (None,), RESIZED, RESIZE_REVERTING,
               "the host that nobody heard of is heard again, or fenced: the first host takes the server back"),
    Transition("revert_given_up", (RESIZED,), (RESIZE_REVERTING,), KEEP, KEEP, "it failed"),
    Transition("revert_failed", (RESIZED,), (RESIZE_REVERTING,), ERROR, None, "the guest was not brought back"),
    # shelve
    Transition("shelve", WITH_A_DISK, (None,), KEEP, SHELVING, "shelve accepted"),
    Transition("shelve_copied", WITH_A_DISK, (SHELVING,), KEEP, SHELVING_IMAGE_PENDING_UPLOAD,
               "the guest is off and its disk copied"),
    Transition("shelve_sent", WITH_A_DISK, (SHELVING, SHELVING_IMAGE_PENDING_UPLOAD), KEEP, SHELVING_IMAGE_UPLOADING,
               "the host sends the copy to the image service"),
    Transition("shelved", WITH_A_DISK, SHELVE_TASKS, SHELVED, None, "the image service has its disk"),
    Transition("shelved_to_go", WITH_A_DISK, SHELVE_TASKS, SHELVED, SHELVING_OFFLOADING,
               "the image service has its disk; it leaves its host at once"),
    Transition("shelve_failed", WITH_A_DISK, SHELVE_TASKS, KEEP, None, "its disk could not be made an image"),
    Transition("shelve_failed_off", (ACTIVE, PAUSED), SHELVE_TASKS, STOPPED, None,
               "its disk could not be made an image, and the guest is off"),
    Transition("shelve_offload", (SHELVED,), (None,), KEEP, SHELVING_OFFLOADING, "shelveOffload accepted, or its time"),
    Transition("offloaded", (SHELVED,), (SHELVING_OFFLOADING,), SHELVED_OFFLOADED, None, "its host has nothing of it"),
    Transition("offload_failed", (SHELVED,), (SHELVING_OFFLOADING,), KEEP, None, "its host may have something of it"),
    Transition("unshelve", (SHELVED, SHELVED_OFFLOADED), (None,), KEEP, UNSHELVING, "unshelve accepted"),
    Transition("unshelve_claimed", (SHELVED_OFFLOADED,), (UNSHELVING,), KEEP, KEEP, "a host was chosen and claimed"),
    Transition("unshelve_started", (SHELVED,), (UNSHELVING,), KEEP, POWERING_ON, "its host starts it"),
    Transition("unshelve_elsewhere", (SHELVED,), UNSHELVE_TASKS, SHELVED_OFFLOADED, UNSHELVING,
               "its host has nothing of it, its image has"),
    Transition("unshelve_without_image", (SHELVED_OFFLOADED,), UNSHELVE_TASKS, ERROR, None,
               "there is nothing that it could be built of"),
    Transition("unshelve_mapped", (SHELVED_OFFLOADED,), UNSHELVE_TASKS, KEEP, SPAWNING, "the host has its disks"),
    Transition("unshelve_built", (SHELVED, SHELVED_OFFLOADED), UNSHELVE_TASKS, KEEP, KEEP, "the guest runs"),
    Transition("unshelved", (SHELVED, SHELVED_OFFLOADED), UNSHELVE_TASKS, ACTIVE, None, "its image is not needed now"),
    Transition("unshelve_rescheduled", (SHELVED_OFFLOADED,), UNSHELVE_TASKS, KEEP, UNSHELVING,
               "the host failed; another is tried"),
    Transition("unshelve_failed", (SHELVED, SHELVED_OFFLOADED), UNSHELVE_TASKS, KEEP, None, "it does not run"),
    # seen on the host, nothing else going on
    Transition("power_off_seen", (ACTIVE, PAUSED), (None,), STOPPED, None, "the guest went off by itself"),
    Transition("pause_seen", (ACTIVE,), (None,), PAUSED, None, "the guest's CPUs stand still by themselves"),
    Transition("unpause_seen", (PAUSED,), (None,), ACTIVE, None, "the guest of a paused server runs"),
    Transition("resume_seen", (SUSPENDED,), (None,), ACTIVE, None, "the guest of a suspended server runs"),
    Transition("power_on_seen", (STOPPED,), (None,), KEEP, POWERING_OFF, "the guest of a stopped server runs: stop it"),
    # delete
    Transition("delete", LIVE, ANY, KEEP, DELETING, "DELETE accepted"),
    Transition("deleted", LIVE, ANY, DELETED, None, "nothing is left of it"),
    Transition("delete_failed", tuple(s for s in LIVE if s != SOFT_DELETED), (DELETING,), ERROR, None,
               "the host could not delete it; may be repeated"),
    # soft delete: it can be restored for a while
    Transition("soft_delete", SOFT_DELETABLE, ANY, KEEP, SOFT_DELETING, "DELETE accepted, for a while it is kept"),
    Transition("soft_deleted", SOFT_DELETABLE, (SOFT_DELETING,), SOFT_DELETED, None, "the guest is off, and is kept"),
    Transition("soft_delete_failed", SOFT_DELETABLE, (SOFT_DELETING,), KEEP, None, "the guest was not switched off"),
    Transition("restore", (SOFT_DELETED,), (None,), KEEP, RESTORING, "restore accepted"),
    Transition("restored", (SOFT_DELETED,), (RESTORING,), ACTIVE, None, "the guest runs again"),
    Transition("restore_failed", (SOFT_DELETED,), (RESTORING,), KEEP, None, "the guest did not start"),
    Transition("reclaim_failed", (SOFT_DELETED,), (DELETING,), KEEP, None,
               "the host could not delete it; that is tried again"),
    # an administrator's word, whatever goes on (os-resetState)
    Transition("reset_active", LIVE, ANY, ACTIVE, None, "an administrator says that it is active"),
    Transition("reset_error", LIVE, ANY, ERROR, None, "an administrator says that it is in error"),
    # an operator's repair of a server whose order is lost (nova-lite-manage heal)
    Transition("healed_build", (BUILDING,), ANY, ERROR, None, "nothing builds it"),
    Transition("healed", tuple(s for s in LIVE if s != BUILDING), ANY, KEEP, None, "nothing works on its task"),
)}


# What is made of it when a guest is seen in a power state that its idle server does not expect.  (The guest of a
# stopped server that runs is stopped, by an order.)
SEEN = {(ACTIVE, SHUTDOWN): "power_off_seen", (ACTIVE, CRASHED): "power_off_seen",
        (ACTIVE, POWER_PAUSED): "pause_seen",
        (PAUSED, SHUTDOWN): "power_off_seen", (PAUSED, CRASHED): "power_off_seen", (PAUSED, RUNNING): "unpause_seen",
        (SUSPENDED, RUNNING): "resume_seen"}


@dataclasses.dataclass(frozen=True)
class Guard:
    """Which states an API action is allowed in, and which event it is.  Not launched: refused too."""

    vm_states: tuple[str, ...]
    task_states: tuple[str | None, ...] | str = (None,)
    must_have_launched: bool = True
    event: str | None = None


def _guard(event: str) -> Guard:
    transition = TRANSITIONS[event]
    return Guard(transition.vm_from, transition.task_from, event=event)


ACTIONS: dict[str, Guard] = {
    "change_password": _guard("change_password"),
    "trigger_crash_dump": Guard((ACTIVE, PAUSED, RESCUED, RESIZED, ERROR)),
    # (any task but those that take the guest away)
    "remote_console": Guard(LIVE, (None, *(task for task in TASK_STATES if task not in (DELETING, "migrating"))),
                            must_have_launched=False),
    "start": _guard("start"),
    "stop": _guard("stop"),
    "reboot": _guard("reboot"),
    "reboot_hard": _guard("reboot_hard"),
    "pause": _guard("pause"),
    "unpause": _guard("unpause"),
    "suspend": _guard("suspend"),
    "resume": _guard("resume"),
    "rebuild": _guard("rebuild"),
    "rescue": _guard("rescue"),
    "unrescue": _guard("unrescue"),
    "attach_interface": Guard((ACTIVE, PAUSED, STOPPED)),
    "detach_interface": Guard((ACTIVE, PAUSED, STOPPED)),
    "create_image": _guard("create_image"),
    "create_backup": _guard("create_backup"),
    "resize": _guard("resize"),
    "migrate": _guard("resize"),
    "confirm_resize": _guard("confirm_resize"),
    "revert_resize": _guard("revert_resize"),
    "shelve": _guard("shelve"),
    "shelve_offload": _guard("shelve_offload"),
    "unshelve": _guard("unshelve"),
    "delete": Guard(LIVE, ANY, must_have_launched=False, event="delete"),
    "restore": _guard("restore"),
    "force_delete": Guard(LIVE, ANY, must_have_launched=False, event="delete"),
    "reset_state": Guard(LIVE, ANY, must_have_launched=False),
    "lock": Guard(LIVE, ANY, must_have_launched=False),
    "unlock": Guard(LIVE, ANY, must_have_launched=False),
    "update": Guard(LIVE, ANY, must_have_launched=False),
    "tags": Guard((ACTIVE, PAUSED, SUSPENDED, STOPPED), ANY),
    "metadata": Guard((ACTIVE, PAUSED, SUSPENDED, STOPPED), ANY),
    "console_output": Guard(LIVE, ANY, must_have_launched=False),
}

# Workflows whose orders leave the states alone, as Nova's do: several may be open at once, beside one that does not.
TASKLESS = ("attach_interface", "detach_interface", "trigger_crash_dump")

# -- what the REST API shows as ``status`` ------------------------------------------------------------
STATUS: dict[str, dict[str | None, str]] = {
    ACTIVE: {None: "ACTIVE", **dict.fromkeys(SOFT_REBOOT_TASKS, "REBOOT"),
             **dict.fromkeys(HARD_REBOOT_TASKS, "HARD_REBOOT"), UPDATING_PASSWORD: "PASSWORD",
             **dict.fromkeys(REBUILD_TASKS, "REBUILD"), **dict.fromkeys(RESIZE_TASKS, "RESIZE"),
             "migrating": "MIGRATING"},
    BUILDING: {None: "BUILD"},
    STOPPED: {None: "SHUTOFF", **dict.fromkeys(RESIZE_TASKS, "RESIZE"), **dict.fromkeys(REBUILD_TASKS, "REBUILD")},
    RESIZED: {None: "VERIFY_RESIZE", RESIZE_REVERTING: "REVERT_RESIZE"},
    PAUSED: {None: "PAUSED", "migrating": "MIGRATING"},
    SUSPENDED: {None: "SUSPENDED"},
    RESCUED: {None: "RESCUE"},
    ERROR: {None: "ERROR", **dict.fromkeys(REBUILD_TASKS, "REBUILD")},
    DELETED: {None: "DELETED"},
    SOFT_DELETED: {None: "SOFT_DELETED"},
    SHELVED: {None: "SHELVED"},
    SHELVED_OFFLOADED: {None: "SHELVED_OFFLOADED"},
}


def is_counted(vm_state: str, task_state: str | None) -> bool:
    """Whether a server that is not deleted counts in its project's quota."""
    return vm_state != SOFT_DELETED or task_state == RESTORING


def describe(event: str | None) -> str:
    """What an event does, for the trace: ``building/spawning -> active``."""
    if event is None:
        return ""
    move = TRANSITIONS[event]
    origin = move.vm_from[0] if len(move.vm_from) == 1 else "*"
    known = origin != "*" and move.task_from != ANY and move.task_from[-1]
    task = f"/{move.task_from[-1]}" if known else ""
    target = origin if move.vm_to == KEEP else move.vm_to
    return f"{origin}{task} -> {target}" + (f"/{move.task_to}" if move.task_to else "")


def wrong_path(events: list[str], vm_state: str, task_state: str | None, complete: bool = True) -> str | None:
    """Why ``events`` in this order do not lead to these states; None: they do.

    ``complete``: they begin with the server's creation, else anywhere.
    """
    anywhere = {(vm, task) for vm in VM_STATES for task in (None, *TASK_STATES)}
    reached = {(BUILDING, SCHEDULING)} if complete else anywhere
    for number, event in enumerate(events):
        move = TRANSITIONS.get(event)
        if move is None:
            return f"'{event}' in its history is no event of the state table"
        reached = {(vm if move.vm_to == KEEP else move.vm_to, task if move.task_to == KEEP else move.task_to)
                   for vm, task in reached
                   if vm in move.vm_from and (move.task_from == ANY or task in move.task_from)}
        if not reached:
            return f"its history is no path of the state table: {' '.join(events[:number])} then {event}"
    if (vm_state, task_state) not in reached:
        return f"it is {vm_state}/{task_state}, its history does not end there: {' '.join(events)}"
    return None


def status(vm_state: str, task_state: str | None) -> str:
    """``status`` of a server; a task state that is not listed leaves the vm_state's own."""
    row = STATUS.get(vm_state)
    return row.get(task_state, row[None]) if row else "UNKNOWN"


def states_of_status(wanted: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """The inverse, for list filters: [(vm_state, task_states)]; None: all but the special ones.  Empty: unknown."""
    wanted, found = wanted.upper(), []
    for vm_state, row in STATUS.items():
        tasks = tuple(task for task, value in row.items() if task is not None and value == wanted)
        if row[None] == wanted:
            found.append((vm_state, None))
        elif tasks:
            found.append((vm_state, tasks))
    return found
