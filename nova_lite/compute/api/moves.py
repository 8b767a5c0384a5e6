"""Resize and cold migrate, their confirmation and reversal, and the lists of moves."""
from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.base import SERVICE, Orders, unchanged
from nova_lite.db import actions, idempotency, instances, move_holds, moves, services, session
from nova_lite.db.moves import Filters
from nova_lite.models import Flavor, Instance, Migration, Order
from nova_lite.models import migration as words
from nova_lite.models.idempotency import FirstOutcome
from nova_lite.trace import Trace


class Moves(Orders):
    def resize(self, context, instance: Instance, flavor: Flavor, auto_disk_config: bool | None = None) -> None:
        """To another flavor.  Raises CannotResizeToSameFlavor, CannotResizeDisk (400), TooManyInstances (403)."""
        self._move(context, instance, "resize", flavor,
                   {} if auto_disk_config is None else {"auto_disk_config": auto_disk_config})

    def migrate(self, context, instance: Instance, host: str | None = None) -> None:
        """To another host, this one or any.  Raises ComputeHostNotFound, CannotMigrateToSameHost (400)."""
        self._move(context, instance, "migrate", instance.flavor, {}, host)

    def _move(self, context, instance, action, flavor, values, host=None) -> None:
        trace = Trace(SERVICE)
        while True:
            self._guard(context, instance, action, action)
            if instance.host is None:
                raise exceptions.InstanceNotReady(instance_id=instance.uuid)
            self._check_source(instance)
            if action == "resize":
                _check_flavor(instance, flavor)
            elif host is not None:
                self._check_host(instance, host)
            with trace.hop(f"compute.api.{action}", function=f"compute.api:API.{action}",
                           transition=states.describe("resize")):
                try:
                    order = self._begin_move(context, instance, action, flavor, values, host)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # another request was faster: look again
        failpoints.hit("api", "resize", "committed")
        self.conductor.run_order(context, order, trace.finished())
        failpoints.hit("api", "resize", "sent")

    @staticmethod
    def _check_source(instance: Instance) -> None:
        with session.reader() as connection:
            if not services.compute_is_up(connection, instance.host):
                raise exceptions.Conflict("Service is unavailable at this time.")

    @staticmethod
    def _check_host(instance: Instance, host: str) -> None:
        if host == instance.host:
            raise exceptions.CannotMigrateToSameHost()
        with session.reader() as connection:
            try:
                services.get_by_host(connection, host)
            except exceptions.HostBinaryNotFound:
                raise exceptions.ComputeHostNotFound(host=host) from None

    @staticmethod
    @session.transaction(done=Orders._placed)
    def _begin_move(connection, context, instance, action, flavor, values, host) -> Order:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        instances.transition(connection, instance.uuid, "resize", unchanged(instance), **values)
        if stale := moves.open_of(connection, instance.uuid):
            # of a move that ended badly: the server is at rest again, so what the other host has is not needed
            move_holds.close(connection, stale, words.ERROR, move_holds.kept_end(instance, stale))
        move = move_holds.begin(connection, instance, flavor, words.RESIZE if action == "resize" else words.MIGRATION)
        [order] = actions.insert(
            connection, context, [instance.uuid], action, "resize", step="migrate_server",
            params={"migration": move.to_dict(), **({"host": host} if host else {})})
        return order

    def confirm_resize(self, context, instance: Instance) -> None:
        """Raises Invalid (400) when it has not been resized."""
        self._end_move(context, instance, "confirm_resize", "confirmResize", words.CONFIRMING)

    def revert_resize(self, context, instance: Instance) -> None:
        """Raises Invalid (400) when it has not been resized."""
        self._end_move(context, instance, "revert_resize", "revertResize", words.REVERTING)

    def _end_move(self, context, instance, method, action, status) -> None:
        """``method`` is the guard, its event and the first step, too."""
        trace = Trace(SERVICE)
        while True:
            self._guard(context, instance, method, method)
            with trace.hop(f"compute.api.{method}", function=f"compute.api:API.{method}",
                           transition=states.describe(method)):
                try:
                    order, move = self._order_end(context, instance, method, action, status)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # another request was faster: look again
        failpoints.hit("api", action, "committed")
        host = move.source_compute if method == "confirm_resize" else move.dest_compute
        self.compute.step(context, order, instance, trace.finished(), host=host, migration=move.to_dict())
        failpoints.hit("api", action, "sent")

    @staticmethod
    def _end_ordered(connection, context, instance, *_args) -> tuple[Order, Migration] | None:
        order = Orders._placed(connection, context, instance)
        move = moves.open_of(connection, instance.uuid)
        return (order, move) if order and move else None

    @staticmethod
    @session.transaction(done=_end_ordered)
    def _order_end(connection, context, instance, method, action, status) -> tuple[Order, Migration]:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        move = moves.open_of(connection, instance.uuid)
        if move is None:
            raise exceptions.Invalid("Instance has not been resized.")
        instances.transition(connection, instance.uuid, method, unchanged(instance))
        moves.set_status(connection, move, status)
        host = move.source_compute if method == "confirm_resize" else move.dest_compute
        [order] = actions.insert(connection, context, [instance.uuid], action, action, step=method, host=host,
                                 params={"migration": move.to_dict()})
        return order, move

    # -- live migrations: no server is ever on one ---------------------------------------------------
    def force_complete(self, context, instance: Instance) -> None:
        """Raises InstanceIsLocked, InstanceInvalidState (409): never returns."""
        self._refuse_live(context, instance, "force_complete", (states.ACTIVE,))

    def abort_live_migration(self, context, instance: Instance) -> None:
        """Raises InstanceIsLocked, InstanceInvalidState (409): never returns."""
        self._refuse_live(context, instance, "abort live migration", (instance.vm_state,))

    @staticmethod
    def _refuse_live(context, instance, method, vm_states):
        if instance.locked and not context.is_admin:
            raise exceptions.InstanceIsLocked(instance_uuid=instance.uuid)
        attr = "task_state" if instance.vm_state in vm_states else "vm_state"
        raise exceptions.InstanceInvalidState(method=method, instance_uuid=instance.uuid, attr=attr,
                                              state=getattr(instance, attr))

    # -- lists ---------------------------------------------------------------------------------------
    @staticmethod
    def migrations(filters: Filters, limit: int | None = None, marker: str | None = None) -> list[Migration]:
        """Newest first; ``marker``: a move's uuid.  Raises MarkerNotFound."""
        with session.reader() as connection:
            after = None
            if marker is not None:
                after = moves.by_uuid(connection, marker)
                if after is None:
                    raise exceptions.MarkerNotFound(marker=marker)
            return moves.listed(connection, filters, limit, after)

    @staticmethod
    def migration(instance: Instance, move_id: int) -> Migration | None:
        """A move of the server."""
        with session.reader() as connection:
            return moves.by_id(connection, instance.uuid, move_id)


def _check_flavor(instance: Instance, flavor: Flavor) -> None:
    if flavor.flavorid == instance.flavor.flavorid:
        raise exceptions.CannotResizeToSameFlavor()
    if not flavor.root_gb and instance.flavor.root_gb:
        raise exceptions.CannotResizeDisk(reason="Resize to zero disk flavor is not allowed.")
