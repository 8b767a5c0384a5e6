"""Shelve, shelveOffload, unshelve."""
from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.images import Images, described
from nova_lite.conf import CONF
from nova_lite.db import actions, aggregates, services, session
from nova_lite.models import Instance

LONGEST = 247           # characters of a name, so that what is made of it is one of the image service's
KEEP = object()         # of a zone: as it is


class Shelving(Images):
    def shelve(self, context, instance: Instance) -> None:
        """Its disk becomes an image, and it leaves its host after [compute] shelved_offload_time.

        Raises as ``create_image``.
        """
        image = described(context, instance, f"{instance.display_name[:LONGEST]}-shelved", {"image_type": "snapshot"})
        self._order_image(context, instance, image, "shelve", "shelve", heeds_lock=True,
                          params={"offload": CONF.compute.shelved_offload_time == 0})

    def shelve_offload(self, context, instance: Instance) -> None:
        self._order(context, instance, "shelve_offload", "shelveOffload", "shelve_offload_instance",
                    method="shelveOffload")

    def unshelve(self, context, instance: Instance, zone: str | None | object = KEEP, host: str | None = None) -> None:
        """``zone``: the one it is pinned to from now on; None: to none.  ``host``: the one that it is to run on.

        Raises UnshelveInstanceInvalidState, UnshelveHostNotInAZ (409), ComputeHostNotFound (404), Invalid (400).
        """
        self._guard(context, instance, "unshelve", "unshelve")
        if (zone is not KEEP or host) and instance.vm_state != states.SHELVED_OFFLOADED:
            raise exceptions.UnshelveInstanceInvalidState(instance_uuid=instance.uuid, state=instance.vm_state)
        pinned = instance.pinned_availability_zone if zone is KEEP else zone
        self._check_place(pinned, host, zone is not KEEP)
        with session.reader() as connection:
            image_id = actions.shelved_image(connection, instance.uuid)
        if instance.vm_state == states.SHELVED:
            return self._start_shelved(context, instance, image_id)
        params = {"image_id": image_id, **({"host": host} if host else {})}
        order, _, trace = self._place(
            context, instance, "unshelve", "unshelve", "schedule", method="unshelve", on_host=False, params=params,
            needs_host=False, timeout=CONF.workflow.build_timeout,
            values=lambda _: {"pinned_availability_zone": pinned, "availability_zone": pinned})
        failpoints.hit("api", "unshelve", "committed")
        self.conductor.run_order(context, order, trace.finished())
        failpoints.hit("api", "unshelve", "sent")

    def _start_shelved(self, context, instance, image_id) -> None:
        order, instance, trace = self._place(context, instance, "unshelve", "unshelve", "start_shelved_instance",
                                             method="unshelve", params={"image_id": image_id})
        failpoints.hit("api", "unshelve", "committed")
        self.compute.step(context, order, instance, trace.finished(), image_id=image_id)
        failpoints.hit("api", "unshelve", "sent")

    def _check_place(self, zone: str | None, host: str | None, zone_is_asked_for: bool) -> None:
        if zone_is_asked_for and zone is not None and zone != CONF.default_availability_zone and not self.is_zone(zone):
            raise exceptions.Invalid("The requested availability zone is not available")
        if not host:
            return
        with session.reader() as connection:
            if not services.list_all(connection, binary="nova-compute", hosts=[host]):
                raise exceptions.ComputeHostNotFound(host=host)
            of_host = aggregates.zones(connection).get(host, CONF.default_availability_zone)
        if zone and of_host != zone:
            raise exceptions.UnshelveHostNotInAZ(host=host, availability_zone=zone)
