"""Moves that nobody ends.  One keeper in every conductor; they share the work by compare-and-swap.

Resizes that wait for longer than [DEFAULT] resize_confirm_window are confirmed.  A server whose new host went silent
goes back to the old one as soon as the new one can be asked, or cannot run anything any more.  What a move holds is
given back once its server is at rest in a state that no move waits in: it was mended, or an administrator has reset it.
"""
import datetime
import logging

from nova_lite import exceptions, states
from nova_lite.conductor.engine import Engine
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import actions, instances, move_holds, moves, services, session
from nova_lite.models import Migration
from nova_lite.models import migration as words
from nova_lite.trace import now

LOG = logging.getLogger(__name__)
WAITING = (states.RESIZED, states.ERROR, states.SOFT_DELETED)
INTERVAL = 30.0                 # seconds between looks


class MoveKeeper:
    def __init__(self, engine: Engine):
        self._engine = engine

    def look(self) -> int:
        """How many were confirmed or closed."""
        with session.reader() as connection:
            at_rest = [(move, vm_state) for move, vm_state, task_state in moves.open_with_states(connection)
                       if task_state is None]
        return sum(self._keep(move, vm_state) for move, vm_state in at_rest)

    def _keep(self, move: Migration, vm_state: str) -> bool:
        try:
            if vm_state not in WAITING:
                return self._close(move)
            if vm_state == states.ERROR:
                return self._recall(move)
            window = CONF.resize_confirm_window
            due = window and move.status == words.FINISHED and (
                move.updated_at + datetime.timedelta(seconds=window) <= now())
            return bool(due) and self._confirm(move)
        except (exceptions.UnexpectedTaskStateError, exceptions.InstanceNotFound) as error:
            LOG.info("move %s is left alone: %s", move.uuid, error)
            return False

    def _confirm(self, move: Migration) -> bool:
        context = admin_context()
        order, instance = _order_confirm(context, move)
        if order is None:
            return False
        LOG.warning("the resize of server %s is confirmed: nobody did for %d s", move.instance_uuid,
                    CONF.resize_confirm_window)
        self._engine.compute.step(context, order, instance, host=move.source_compute, migration=move.to_dict())
        return True

    def _recall(self, move: Migration) -> bool:
        if move.status != words.ERROR:          # the way back has failed already: that is for an operator
            return False
        context = admin_context()
        order, instance = _order_recall(context, move)
        if order is None:
            return False
        LOG.warning("server %s goes back from host %s to %s", instance.uuid, move.dest_compute, move.source_compute)
        self._engine.compute.step(context, order, instance, host=move.dest_compute, migration=move.to_dict())
        return True

    def _close(self, move: Migration) -> bool:
        if not _close(move):
            return False
        LOG.warning("move %s is closed: nothing waits for it, and its server %s is well", move.uuid, move.instance_uuid)
        for host in dict.fromkeys(filter(None, (move.source_compute, move.dest_compute))):
            self._engine.compute.compare(admin_context(), host)
        return True


@session.transaction
def _order_confirm(connection, context, move):
    instance = instances.get(connection, move.instance_uuid)
    current = moves.open_of(connection, move.instance_uuid)
    if current is None or (current.uuid, current.status) != (move.uuid, move.status) or instance.locked:
        return None, instance
    instances.transition(connection, instance.uuid, "confirm_resize")
    moves.set_status(connection, move, words.CONFIRMING)
    [order] = actions.insert(connection, context, [instance.uuid], "confirmResize", "confirmResize",
                             step="confirm_resize", host=move.source_compute, params={"migration": move.to_dict()})
    return order, instance


@session.transaction
def _order_recall(connection, context, move):
    instance = instances.get(connection, move.instance_uuid)
    current = moves.open_of(connection, move.instance_uuid)
    if instance.vm_state != states.ERROR or current is None or (current.uuid, current.status) != (
            move.uuid, move.status) or services.fate(connection, move.dest_compute) not in (services.UP,
                                                                                            services.FENCED):
        return None, instance
    instances.transition(connection, instance.uuid, "move_recalled")
    moves.set_status(connection, move, words.REVERTING)
    [order] = actions.insert(connection, context, [instance.uuid], "revertResize", "revertResize",
                             step="revert_resize", host=move.dest_compute, params={"migration": move.to_dict()})
    return order, instance


@session.transaction
def _close(connection, move):
    instance = instances.get(connection, move.instance_uuid, for_update=True)
    current = moves.open_of(connection, move.instance_uuid)
    at_rest = instance.task_state is None and instance.vm_state not in WAITING
    if not at_rest or current is None or (current.uuid, current.status) != (move.uuid, move.status):
        return False
    kept = move_holds.kept_end(instance, move)
    finished = kept == "new" and move.status == words.FINISHED          # an administrator has said that it is active
    move_holds.close(connection, move, words.CONFIRMED if finished else words.ERROR, kept)
    return True
