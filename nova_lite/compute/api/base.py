"""How an order is placed: guard, then the state and the order in one transaction, then the cast."""
import time
from collections.abc import Callable

from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.lookups import Lookups
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.conductor.rpcapi import ConductorAPI
from nova_lite.conf import CONF
from nova_lite.db import actions, idempotency, instances, session
from nova_lite.db.instances import unchanged
from nova_lite.models import Action, Instance, Order
from nova_lite.models.idempotency import FirstOutcome
from nova_lite.trace import Trace

SERVICE = "nova-api"
FIRST_LOOK, LAST_LOOK = 0.02, 0.5       # seconds between looks at an order that is waited for: they grow


class Orders(Lookups):
    def __init__(self, *clients, **more):
        super().__init__(*clients, **more)
        self.conductor, self.compute = ConductorAPI(), ComputeAPI()

    @staticmethod
    def _guard(context, instance: Instance, action: str, method: str, heeds_lock: bool = True) -> states.Guard:
        guard = states.ACTIONS[action]
        if heeds_lock and instance.locked and not context.is_admin:
            raise exceptions.InstanceIsLocked(instance_uuid=instance.uuid)

        def refuse(attr, state):
            raise exceptions.InstanceInvalidState(method=method, instance_uuid=instance.uuid, attr=attr, state=state)
        if instance.vm_state not in guard.vm_states:
            refuse("vm_state", instance.vm_state)
        if guard.task_states != states.ANY and instance.task_state not in guard.task_states:
            refuse("task_state", instance.task_state)
        if guard.must_have_launched and instance.launched_at is None:
            refuse("launched_at", instance.launched_at)
        return guard

    def _order(self, context, instance, guard_name, action, step, *, method, params=None, secrets: dict | None = None,
               **more) -> Instance:
        """Guard, then the state and the order in one transaction, then the cast to the host.  Returns the server.

        ``params`` and ``secrets`` are the step's arguments; the rest as for ``_place``.
        """
        order, instance, trace = self._place(context, instance, guard_name, action, step, method=method, params=params,
                                             secrets=secrets, **more)
        failpoints.hit("api", action, "committed")
        self.compute.step(context, order, instance, trace.finished(), **(params or {}), **(secrets or {}))
        failpoints.hit("api", action, "sent")
        return instance

    def _place(self, context, instance, guard_name, action, step, *, method, on_host=True, params=None, cancels=False,
               values: Callable[[Instance], dict] = lambda instance: {}, secrets: dict | None = None,
               timeout: int = 0, heeds_lock: bool = True, needs_host: bool = True,
               effects: Callable = lambda connection, instance: None) -> tuple[Order, Instance, Trace]:
        """Guard, then the state and the order in one transaction.

        ``on_host``: the server's host does the step, else a conductor.  ``values(instance)``: what the same transaction
        makes of its row.  ``params`` and ``secrets`` (these only until the order has ended) are kept with it;
        ``timeout`` of the step in seconds (0: that of most).  ``effects(connection, instance)``: further database work
        of the transaction.
        """
        trace = Trace(SERVICE)
        while True:
            guard = self._guard(context, instance, guard_name, method, heeds_lock)
            if needs_host and instance.host is None:
                raise exceptions.InstanceNotReady(instance_id=instance.uuid)
            with trace.hop(f"compute.api.{method}", function=f"compute.api:API.{method}",
                           transition=states.describe(guard.event)):
                try:
                    changes = values(instance)
                    order = self._place_order(context, instance, guard.event, changes, action, step, params, secrets,
                                              timeout, cancels, instance.host if on_host else None, effects)
                    return order, instance.replace(**changes), trace
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # another request was faster: look again

    @staticmethod
    def _ended(context, instance: Instance, seconds: float) -> Action | None:
        """The order that this request has placed, once it has ended; None: it has not within ``seconds`` (of its step)
        and what it takes to notice that nobody works on it.  It goes on then until it is done or undone."""
        until, pause = time.monotonic() + seconds + 2 * CONF.workflow.step_lease, FIRST_LOOK
        while True:
            with session.reader() as connection:
                action = actions.by_request(connection, instance.uuid, context.request_id)
            if action.state != actions.OPEN:
                return action
            if time.monotonic() > until:
                return None
            time.sleep(pause)
            pause = min(pause * 1.5, LAST_LOOK)

    @staticmethod
    def _placed(connection, context, instance, *_args) -> Order | None:
        """What a transaction whose commit was not answered has left: the request's order."""
        return next(iter(actions.placed(connection, [instance.uuid], context.request_id)), None)

    @staticmethod
    @session.transaction(done=_placed)
    def _place_order(connection, context, instance, event, changes, action, step, params, secrets, timeout,
                     cancels, host, effects) -> Order:
        if key := context.idempotency_key:
            password = (secrets or {}).get("admin_password")
            idempotency.remember(connection, key, FirstOutcome(
                instance.uuid, password=key.seal(password) if password else None,
                image=(params or {}).get("image", {}).get("id")))
        if cancels:                       # a hard reboot takes over from a reboot that hangs
            actions.cancel_open(connection, instance.uuid, keep=states.TASKLESS)
        if event:
            instances.transition(connection, instance.uuid, event, unchanged(instance), **changes)
        else:
            instances.hold(connection, instance.uuid, unchanged(instance))
        effects(connection, instance)
        [order] = actions.insert(connection, context, [instance.uuid], action, action, step=step, host=host,
                                 params=params, secrets=secrets, timeout=timeout)
        return order
