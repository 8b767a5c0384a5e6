"""Orders: what was asked for, the step it is at, and what became of it."""
import dataclasses
import datetime

from nova_lite.models.base import Model

# Nova's name of the event of a step, where it is not just "compute_" and the method's name.
_EVENT_NAMES = {"build_and_run_instance": "compute__do_build_and_run_instance", "schedule": "conductor_schedule",
                "migrate_server": "conductor_migrate_server",
                "finish": "conductor_finish",
                **{step: f"conductor_{step}" for step in (
                    "create_image", "rotate_backups", "discard_image", "unbind_ports", "forget_image")}}


def event_name(step: str) -> str:
    """The action event that a step shows in os-instance-actions."""
    return _EVENT_NAMES.get(step, f"compute_{step}")


@dataclasses.dataclass(frozen=True)
class Order(Model):
    """Names one delivery of one step.  A report must carry the same three of action, step, attempt."""

    action_id: int
    instance_uuid: str
    workflow: str
    step: str
    attempt: int
    request_id: str = ""


@dataclasses.dataclass(frozen=True)
class Event(Model):
    """One hop: a line of the trace.  With ``public`` it is also one of Nova's action events.

    ``depth`` is its indentation in the trace; ``rpc`` is "cast", "call" or "" (same process);
    ``transition`` is for example "scheduling -> networking".
    """

    event: str
    service: str
    host: str
    pid: int
    start: datetime.datetime
    finish: datetime.datetime | None = None
    result: str | None = None                # Success or Error
    depth: int = 0
    rpc: str = ""
    function: str = ""                       # module:qualified name
    transition: str = ""
    details: str | None = None
    traceback: str | None = None
    public: bool = False


@dataclasses.dataclass(frozen=True)
class Report(Model):
    """What a host says of a step.  ``result``: success, retry (another host may do it), error, or what a workflow has
    an answer to: host_down, host_fenced, guest_gone, image_gone."""

    order: Order
    host: str
    result: str = "success"
    values: dict = dataclasses.field(default_factory=dict)     # network_info, power_state, …
    fault: dict | None = None                                  # {code, message, details}
    events: tuple[Event, ...] = ()


@dataclasses.dataclass(frozen=True)
class Action(Model):
    """One row of ``actions``: the order itself.  ``state``: open, done, failed or cancelled."""

    id: int
    instance_uuid: str
    action: str
    workflow: str
    request_id: str
    user_id: str
    project_id: str
    start_time: datetime.datetime
    state: str = "open"
    step: str | None = None
    step_host: str | None = None
    attempt: int = 1
    tries: int = 0                           # deliveries of the current step that came to nothing
    hosts_tried: tuple[str, ...] = ()
    step_started_at: datetime.datetime | None = None
    deadline: datetime.datetime | None = None
    give_up_at: datetime.datetime | None = None
    finish_time: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    message: str | None = None
    params: dict = dataclasses.field(default_factory=dict)
    secrets: dict | None = None

    def order(self) -> Order:
        return Order(self.id, self.instance_uuid, self.workflow, self.step or "", self.attempt, self.request_id)
