"""Images of servers: createImage, createBackup."""
import uuid

from nova_lite import exceptions, failpoints
from nova_lite.compute.api.base import Orders
from nova_lite.db import actions, session
from nova_lite.models import ImageMeta, Instance, Order

# Nova's own default of non_inheritable_image_properties: they speak of the data of the image that was booted.
NOT_INHERITED = frozenset((
    "cache_in_nova", "bittorrent", "img_signature_hash_method", "img_signature", "img_signature_key_type",
    "img_signature_certificate_uuid"))


class Images(Orders):
    """A lock is against changes of the server, and these make none: as in Nova, a locked one has images made too."""

    def create_image(self, context, instance: Instance, name: str, properties: dict) -> str:
        """Order an image of the server's root disk; returns the id of the image, which is there when this returns.

        Raises InstanceInvalidState; ImageNotAuthorized, ImageQuotaExceeded (403) of the image service.
        """
        image = described(context, instance, name, {"image_type": "snapshot", **properties})
        return self._order_image(context, instance, image, "createImage", "create_image", {})

    def create_backup(self, context, instance: Instance, name: str, backup_type: str, rotation: int,
                      properties: dict) -> str:
        """As ``create_image``; afterwards the newest ``rotation`` backups of this type stay."""
        image = described(context, instance, name, {**properties, "image_type": "backup", "backup_type": backup_type})
        return self._order_image(context, instance, image, "createBackup", "create_backup",
                                 {"backup_type": backup_type, "rotation": rotation})

    def _order_image(self, context, instance, image: ImageMeta, action, guard, params, heeds_lock=False) -> str:
        # The order first: so whatever dies, somebody knows of the image, and makes it or takes it away.
        params = {"image": image.to_dict(), **params}
        order, _, trace = self._place(context, instance, guard, action, "create_image", method=action, on_host=False,
                                      params=params, heeds_lock=heeds_lock)
        failpoints.hit("api", action, "committed")
        try:
            with trace.hop("image.create", function="image.client:ImageClient.create"):
                made = self.images.create(context, image)
        except exceptions.NovaLiteError as error:
            self._give_up(context, order, params, error, trace)
            raise
        if not self._note_made(order, params) and made and not self._is_open(order, action):
            self.images.delete(context, image.id)       # it was cancelled, and looked for before it was there
        self.conductor.run_order(context, order, trace.finished())
        failpoints.hit("api", action, "sent")
        return image.id

    @staticmethod
    def _note_made(order: Order, params: dict) -> bool:
        """Whoever deletes the image from now on wants it gone: no conductor is to make it again."""
        try:
            session.transaction(actions.note_in_params)(order, {**params, "made": True})
        except exceptions.StaleOrder:
            return False
        return True

    @staticmethod
    def _is_open(order: Order, action: str) -> bool:
        with session.reader() as connection:
            return actions.is_open(connection, order.instance_uuid, action)

    def _give_up(self, context, order: Order, params: dict, error: Exception, trace) -> None:
        """The image service refuses: the user is told, and the order ends by what undoes it."""
        try:
            order = session.transaction(actions.fail_over)(order, "discard_image", params, error)
        except exceptions.StaleOrder:
            return                                      # it took so long that a conductor has the order by now
        self.conductor.run_order(context, order, trace.finished("Error"))


def described(context, instance: Instance, name: str, properties: dict) -> ImageMeta:
    """What Nova says of a server's image: what it inherits, whose it is and of what."""
    base = instance.image_meta
    inherited = {key: str(value) for key, value in base.properties.items()
                 if key not in NOT_INHERITED and value is not None and not key.startswith("os_glance")}
    own = {"instance_uuid": instance.uuid, "user_id": context.user_id or "", "owner_id": instance.project_id,
           "boot_roles": ",".join(context.roles or ()), "image_location": "snapshot", "image_state": "available"}
    if instance.image_ref:
        own["base_image_ref"] = instance.image_ref
    return ImageMeta(
        id=str(uuid.uuid4()), name=name, status="queued", visibility="private", owner=context.project_id,
        disk_format=base.disk_format or "qcow2", container_format=base.container_format or "bare",
        min_disk=max(base.min_disk, instance.flavor.root_gb), min_ram=base.min_ram,
        properties={**inherited, **own, **properties})
