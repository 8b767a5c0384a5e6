"""RPC endpoints of a compute host: each takes an order, has it worked on by a thread, and reports.

Only endpoints: the work is in build, power and terminate.  No database here.
"""
import concurrent.futures
import logging
import subprocess
import threading
import time

from nova_lite import exceptions, failpoints, states
from nova_lite.compute import (
    build,
    freeze,
    guest_orders,
    interfaces,
    move,
    ownership,
    power,
    rebuild,
    rescue,
    shelve,
    snapshot,
    soft_delete,
    terminate,
)
from nova_lite.compute.host import Host
from nova_lite.conf import CONF
from nova_lite.context import working
from nova_lite.models import Event, Instance, Order, Report, event_name
from nova_lite.rpc import expected
from nova_lite.trace import Trace, now

LOG = logging.getLogger(__name__)
SERVICE = "nova-compute"
# Modules whose steps work on a guest that there is.
NEED_A_GUEST = (guest_orders.__name__, interfaces.__name__, power.__name__, freeze.__name__, rescue.__name__,
                snapshot.__name__)
AGAIN = (1, 2, 4, 8)            # seconds between tries of a step while a service is away; the last one on and on


def _fault(error: Exception) -> dict:
    """As the conductor's: only the class of an error that is not ours (its text may hold secrets)."""
    known = isinstance(error, exceptions.NovaLiteError)
    return {"code": error.code if known else 500, "message": (str(error) if known else type(error).__name__)[:255],
            "details": exceptions.traceback_of(error), "created": now().isoformat(), **exceptions.origin(error)}


class ComputeManager:
    """Topic ``compute``, one server a host."""

    def __init__(self, host: Host):
        self.host = host
        self._builders = concurrent.futures.ThreadPoolExecutor(CONF.compute.max_concurrent_builds, "build")
        self._workers = concurrent.futures.ThreadPoolExecutor(CONF.compute.worker_threads, "work")
        self._stopping = threading.Event()

    # -- orders --------------------------------------------------------------------------------
    def build_and_run_instance(self, context, order, instance, events, sent_at, admin_password=None,
                               injected_files=None):
        self._take(self._builders, build.build_and_run_instance, context, order, instance, events, sent_at,
                   result_of=build.result_of, admin_password=admin_password, injected_files=injected_files or {})

    def build_and_run_instances(self, context, orders, instances, **kwargs):
        for order, instance in zip(orders, instances, strict=True):
            self.build_and_run_instance(context, order, instance, **kwargs)

    def rebuild_instance(self, context, order, instance, events, sent_at, admin_password=None, injected_files=None):
        self._take(self._builders, rebuild.rebuild_instance, context, order, instance, events, sent_at,
                   admin_password=admin_password, injected_files=injected_files or {})

    def rescue_instance(self, context, order, instance, events, sent_at, image_id, device=None, bus=None,
                        admin_password=None):
        self._take(self._builders, rescue.rescue_instance, context, order, instance, events, sent_at,
                   image_id=image_id, device=device, bus=bus, admin_password=admin_password)

    def unrescue_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, rescue.unrescue_instance, context, order, instance, events, sent_at)

    def start_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, power.start_instance, context, order, instance, events, sent_at)

    def stop_instance(self, context, order, instance, events, sent_at, clean_shutdown=True):
        self._take(self._workers, power.stop_instance, context, order, instance, events, sent_at,
                   clean_shutdown=clean_shutdown)

    def reboot_instance(self, context, order, instance, events, sent_at, reboot_type="SOFT"):
        self._take(self._workers, power.reboot_instance, context, order, instance, events, sent_at,
                   reboot_type=reboot_type)

    def pause_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, freeze.pause_instance, context, order, instance, events, sent_at)

    def unpause_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, freeze.unpause_instance, context, order, instance, events, sent_at)

    def suspend_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, freeze.suspend_instance, context, order, instance, events, sent_at)

    def resume_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, freeze.resume_instance, context, order, instance, events, sent_at)

    def set_admin_password(self, context, order, instance, events, sent_at, new_pass):
        self._take(self._workers, guest_orders.set_admin_password, context, order, instance, events, sent_at,
                   new_pass=new_pass)

    def trigger_crash_dump(self, context, order, instance, events, sent_at):
        self._take(self._workers, guest_orders.trigger_crash_dump, context, order, instance, events, sent_at)

    def attach_interface(self, context, order, instance, events, sent_at, request):
        self._take(self._workers, interfaces.attach_interface, context, order, instance, events, sent_at,
                   request=request)

    def detach_interface(self, context, order, instance, events, sent_at, port_id):
        self._take(self._workers, interfaces.detach_interface, context, order, instance, events, sent_at,
                   port_id=port_id)

    def snapshot_instance(self, context, order, instance, events, sent_at, image_id):
        self._take(self._workers, snapshot.snapshot_instance, context, order, instance, events, sent_at,
                   image_id=image_id)

    def backup_instance(self, context, order, instance, events, sent_at, image_id):
        self._take(self._workers, snapshot.snapshot_instance, context, order, instance, events, sent_at,
                   image_id=image_id)

    def prep_resize(self, context, order, instance, events, sent_at, migration):
        self._take(self._workers, move.prep_resize, context, order, instance, events, sent_at,
                   migration=migration, result_of=move.result_of)

    def resize_instance(self, context, order, instance, events, sent_at, migration):
        self._take(self._workers, move.resize_instance, context, order, instance, events, sent_at,
                   migration=migration)

    def finish_resize(self, context, order, instance, events, sent_at, migration, disks=None):
        self._take(self._builders, move.finish_resize, context, order, instance, events, sent_at,
                   migration=migration, disks=disks)

    def confirm_resize(self, context, order, instance, events, sent_at, migration):
        self._take(self._workers, move.confirm_resize, context, order, instance, events, sent_at,
                   migration=migration)

    def revert_resize(self, context, order, instance, events, sent_at, migration):
        self._take(self._workers, move.revert_resize, context, order, instance, events, sent_at,
                   migration=migration)

    def finish_revert_resize(self, context, order, instance, events, sent_at, migration):
        self._take(self._workers, move.finish_revert_resize, context, order, instance, events, sent_at,
                   migration=migration)

    def soft_delete_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, soft_delete.soft_delete_instance, context, order, instance, events, sent_at)

    def restore_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, soft_delete.restore_instance, context, order, instance, events, sent_at)

    def shelve_instance(self, context, order, instance, events, sent_at, image_id):
        self._take(self._workers, shelve.shelve_instance, context, order, instance, events, sent_at, image_id=image_id)

    def shelve_offload_instance(self, context, order, instance, events, sent_at):
        self._take(self._workers, shelve.shelve_offload_instance, context, order, instance, events, sent_at)

    def start_shelved_instance(self, context, order, instance, events, sent_at, image_id):
        self._take(self._workers, shelve.start_shelved_instance, context, order, instance, events, sent_at,
                   image_id=image_id)

    def unshelve_instance(self, context, order, instance, events, sent_at, image_id):
        self._take(self._builders, shelve.unshelve_instance, context, order, instance, events, sent_at,
                   result_of=build.result_of, image_id=image_id)

    def terminate_instance(self, context, order, instance, events, sent_at, ports=True):
        self._take(self._workers, terminate.terminate_instance, context, order, instance, events, sent_at,
                   ports=ports, deletes=True)

    def disown(self, context, instance_uuid, attempt, deallocate):
        self._workers.submit(terminate.disown, self.host, context, instance_uuid, attempt, deallocate)

    def compare(self, context):
        """A conductor had taken this host for dead: what was its own may be another's."""
        self._workers.submit(self._compare)

    def cache_images(self, context, image_ids):
        self._builders.submit(self._cache_images, context, image_ids)

    def _cache_images(self, context, image_ids) -> None:
        """One that cannot be fetched is no other's matter: the build that needs it will say so."""
        with working(context):
            for image_id in image_ids:
                try:
                    self.host.driver.cache_image(context, image_id)
                except Exception as error:
                    LOG.warning("image %s was not cached: %s", image_id, error)

    # -- questions -------------------------------------------------------------------------------
    @expected(exceptions.NovaLiteError)
    def get_diagnostics(self, context, instance):
        instance = Instance.from_dict(instance)
        guest = self.host.driver.guest(instance.uuid)
        if guest is not None and guest.power_state != states.RUNNING:
            raise exceptions.InstanceInvalidState(method="get_diagnostics", instance_uuid=instance.uuid,
                                                  attr="power_state", state=guest.power_state)
        return self.host.driver.get_diagnostics(instance).to_dict()

    @expected(exceptions.NovaLiteError)
    def get_console_output(self, context, instance, tail_length):
        text = self.host.driver.get_console_output(Instance.from_dict(instance)).decode("utf-8", "replace")
        if tail_length is not None and tail_length >= 0:
            text = "\n".join(text.split("\n")[-tail_length:]) if tail_length else ""
        return text

    @expected(exceptions.NovaLiteError)
    def get_console(self, context, instance, protocol):
        return self.host.driver.get_console(Instance.from_dict(instance), protocol).to_dict()

    def list_guests(self, context):
        return {"guests": [guest.to_dict() for guest in self.host.driver.guests()],
                "leftovers": sorted(self.host.driver.leftovers()), "strays": self.host.driver.strays(),
                "old_disks": {uuid: mark.to_dict() for uuid, mark in self.host.driver.old_disks().items()},
                "orders": [order.action_id for order in self.host.orders.open()]}

    def get_host_uptime(self, context):
        return subprocess.run(["uptime"], capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout

    # -- how an order is worked on ---------------------------------------------------------------------
    def _take(self, pool, work, context, order, instance, events, sent_at, *, result_of=lambda error: "error",
              deletes=False, **kwargs):
        order, instance = Order.from_dict(order), Instance.from_dict(instance)
        if self._stopping.is_set() or self.host.fence.closed():
            return                                  # not lost: its lease runs out, or the restarted host asks
        if abs(time.time() - sent_at) > CONF.workflow.step_lease / 2 and not self._is_current(context, order):
            LOG.warning("server %s: an old order to %s is not current any more, dropped", instance.uuid, order.step)
            return
        try:
            repeated = self.host.orders.accept(order)
        except exceptions.StaleOrder as error:
            LOG.info("server %s: %s", instance.uuid, error)
            return
        if repeated is not None:
            self.host.conductor.report(context, repeated)
            return
        trace = Trace(SERVICE, depth=2, events=[Event.from_dict(e) for e in events], host=self.host.name)
        pool.submit(self._run, work, context, order, instance, trace, result_of, deletes, kwargs)

    def _run(self, work, context, order, instance, *args):
        with working(context, instance.uuid):
            self._run_in_context(work, context, order, instance, *args)

    def _run_in_context(self, work, context, order, instance, trace, result_of, deletes, kwargs):
        report = None
        try:
            failpoints.hit("compute", order.step, "begin")
            if deletes:
                with self.host.orders.doomed(instance.uuid), self.host.orders.instance(instance.uuid):
                    report = self._work(work, context, order, instance, trace, result_of, kwargs)
            else:
                with self.host.orders.instance(instance.uuid):
                    self.host.check(instance.uuid)
                    report = self._work(work, context, order, instance, trace, result_of, kwargs)
        except (exceptions.BuildAbort, exceptions.StaleOrder) as error:
            LOG.info("server %s: %s", instance.uuid, error)      # its order was cancelled, or is another host's
        except BaseException:                                    # not reported, so it will be delivered again
            LOG.exception("server %s: step %s broke", instance.uuid, order.step)
        finally:
            report = self.host.orders.finish(order, report)
        if report is not None:
            failpoints.hit("compute", order.step, "done")
            if not self.host.conductor.report(context, report):
                self.host.unheard.set()
            failpoints.hit("compute", order.step, "reported")

    def _work(self, work, context, order, instance, trace, result_of, kwargs) -> Report:
        try:
            function = f"{work.__module__}:{work.__name__}".removeprefix("nova_lite.")
            with trace.hop(event_name(order.step), rpc="cast", public=True, function=function):
                failpoints.hit("compute", order.step, "work")
                self._check_attempt(work, instance)
                report = self._patiently(work, context, order, instance, trace, kwargs)
        except (exceptions.StaleOrder, exceptions.UndoFailed):
            raise
        except Exception as error:
            LOG.warning("server %s: step %s failed: %s", instance.uuid, order.step, error,
                        exc_info=not isinstance(error, exceptions.NovaLiteError))
            guest = self._guest(instance.uuid)
            if guest is not None and guest.attempt < instance.attempt:
                guest = self._take_away(guest)
            report = Report(order, self.host.name, result_of(error), fault=_fault(error),
                            values={"power_state": guest.power_state} if guest else {})
        return report.replace(events=trace.finished())

    def _take_away(self, guest) -> None:
        """A guest of an older attempt than that of an order which has failed: no other order will be for it."""
        try:
            self.host.driver.destroy(guest.uuid)
        except Exception:
            LOG.exception("guest %s could not be destroyed", guest.uuid)
            self.host.unheard.set()                 # the comparison that follows does it again

    def _check_attempt(self, work, instance) -> None:
        """An order is for the guest of its own placement.  Raises StaleOrder when there is a newer one, and
        GuestNotFound when there is only an older one for an order that needs it."""
        guest = self.host.driver.guest(instance.uuid)
        if guest is None or guest.attempt == instance.attempt:
            return
        if guest.attempt > instance.attempt:
            raise exceptions.StaleOrder(f"Guest {instance.uuid} is here with attempt {guest.attempt}, newer than "
                                        f"{instance.attempt}.")
        if work.__module__ in NEED_A_GUEST:
            raise exceptions.GuestNotFound(instance_id=instance.uuid)

    def _compare(self) -> None:
        try:
            ownership.compare(self.host)
        except exceptions.NovaLiteError as error:
            LOG.warning("what is this host's is not known: %s", error)
            self.host.unheard.set()

    def _patiently(self, work, context, order, instance, trace, kwargs) -> Report:
        """``work``, again while a service that it needs is away: steps may be done twice, and what failed is undone."""
        until, waits = time.monotonic() + CONF.workflow.patience, iter(AGAIN)
        while True:
            try:
                if work is not terminate.terminate_instance:
                    self.host.check(instance.uuid)              # meanwhile a delete may wait for it
                return work(self.host, context, order, self.host.attachments.current(instance), trace, **kwargs)
            except exceptions.ServiceUnavailable as error:
                if time.monotonic() > until or self._stopping.wait(next(waits, AGAIN[-1])):
                    raise
                LOG.warning("server %s: step %s waits: %s", instance.uuid, order.step, error)

    def _is_current(self, context, order) -> bool:
        """An order that has lain in the queue (this host was away) may have been given up meanwhile."""
        try:
            return self.host.conductor.is_current(context, order)
        except exceptions.ServiceUnavailable:
            return False                             # if it is current, it will be sent again

    def _guest(self, uuid):
        try:
            return self.host.driver.guest(uuid)
        except Exception:
            return None                              # the driver is ill; the report says so already

    def drain(self) -> None:
        """Take nothing new, finish what runs.  What is queued is not begun: it is sent again when the host starts."""
        self._stopping.set()
        for pool in (self._builders, self._workers):
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in (self._builders, self._workers):
            pool.shutdown()
