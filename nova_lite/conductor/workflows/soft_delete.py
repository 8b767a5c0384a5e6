"""Soft delete (the guest is switched off, and kept for [DEFAULT] reclaim_instance_interval seconds) and restore.

A server that is kept does not count in its project's quota.
"""
import dataclasses

from nova_lite import states
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import delete, one_step
from nova_lite.db import quotas
from nova_lite.trace import now


def _cast(engine, context, action, instance, trace):
    delete.delete_images(engine, context, action)
    engine.compute.step(context, action.order(), instance, trace.finished())


def _soft_deleted(action, instance, report):
    return Outcome(event="soft_deleted", values={"power_state": report.values["power_state"], "deleted_at": now()},
                   effects=lambda connection: quotas.follow(connection, instance, states.SOFT_DELETED, None))


def _restored(action, instance, report):
    return Outcome(event="restored", values={"power_state": report.values["power_state"], "deleted_at": None})


def _restore_failed(action, instance, report):
    failed = one_step.failed("restore_failed")(action, instance, report)
    return dataclasses.replace(
        failed, effects=lambda connection: quotas.follow(connection, instance, states.SOFT_DELETED, None))


SOFT_DELETE = Workflow("soft_delete", (
    Step("soft_delete_instance", HOST, _cast, done="soft_deleted", undo=one_step.NOTHING),
), _soft_deleted, one_step.failed("soft_delete_failed"))
RESTORE = Workflow("restore", (
    Step("restore_instance", HOST, one_step.cast, done="restored", undo=one_step.NOTHING),
), _restored, _restore_failed, needs_rows=False)
