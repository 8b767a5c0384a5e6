"""What a workflow is: a sequence of steps, and what follows when one of them fails."""
import dataclasses
from collections.abc import Callable

from nova_lite.models import Instance

CONDUCTOR, HOST = "conductor", "host"


@dataclasses.dataclass(frozen=True)
class Step:
    """One step.  ``run(engine, context, action, instance, trace)`` does it (conductor) or casts it (host).

    A host's step has the name of its RPC method.  ``done``: the state event when a host reports success.
    ``undo``: what a failure takes back in the transaction that notes it, or the reason why there is nothing.
    """

    name: str
    where: str
    run: Callable
    done: str | None = None
    undo: Callable | str = ""
    moves: bool = False                      # another host may do it, once this one cannot run anything any more
    insists: bool = False                    # sent again for as long as it may take, however often
    abandon: Callable | None = None          # (engine, context, instance, action): done first when a host is given up
    backward: bool = False                   # of the way back after a failure: no run that goes well comes to it
    timeout: str = "step_timeout"            # option of [workflow]: seconds the step may take in all


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a transaction makes of a finished step.

    ``event`` and ``values`` go through the state door.  With ``next_step`` the order goes on, else it ends in
    ``state`` (done or failed); ``action_values`` are columns of its row.  ``effects(connection)`` is further database
    work of the same transaction.  ``gone``: the server as it was, of which nothing is held any more.
    """

    event: str | None = None
    values: dict = dataclasses.field(default_factory=dict)
    next_step: str | None = None
    next_host: str | None = None
    action_values: dict = dataclasses.field(default_factory=dict)
    state: str = "done"
    message: str | None = None
    effects: Callable | None = None
    gone: Instance | None = None


@dataclasses.dataclass(frozen=True)
class Workflow:
    """``succeeded(action, instance, report)`` and ``failed(action, instance, report)`` give the Outcome.

    ``action`` and ``instance`` are None for a success whose outcome needs no row: one statement less.
    """

    name: str
    steps: tuple[Step, ...]
    succeeded: Callable
    failed: Callable
    needs_rows: bool = True

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)
