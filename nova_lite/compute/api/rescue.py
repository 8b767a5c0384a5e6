"""Rescue and unrescue."""
from nova_lite import exceptions
from nova_lite.compute.api.base import Orders
from nova_lite.conf import CONF
from nova_lite.models import ImageMeta, Instance

# What an image may say of the disk that is made of it: hw_rescue_device and hw_rescue_bus (stable device rescue).
DEVICES = ("cdrom", "disk", "floppy")
BUSES = ("fdc", "ide", "sata", "scsi", "usb", "virtio")


class RescueActions(Orders):
    def rescue(self, context, instance: Instance, admin_password: str, image_id: str | None = None) -> None:
        """Boot it from an image (its own when none is given), its disk beside.  Raises UnsupportedRescueImage (400)."""
        self._guard(context, instance, "rescue", "rescue")
        image = self._rescue_image(context, image_id) if image_id else instance.image_meta
        self._order(context, instance, "rescue", "rescue", "rescue_instance", method="rescue",
                    params={"image_id": image.id or instance.image_ref,
                            "device": image.properties.get("hw_rescue_device"),
                            "bus": image.properties.get("hw_rescue_bus")},
                    secrets={"admin_password": admin_password}, timeout=CONF.workflow.build_timeout)

    def unrescue(self, context, instance: Instance) -> None:
        self._order(context, instance, "unrescue", "unrescue", "unrescue_instance", method="unrescue")

    def _rescue_image(self, context, image_id: str) -> ImageMeta:
        try:
            image = self.image(context, image_id)
        except exceptions.ImageNotFound as error:
            raise exceptions.UnsupportedRescueImage(image=image_id) from error
        if (image.status != "active" or image.properties.get("hw_rescue_device", DEVICES[0]) not in DEVICES
                or image.properties.get("hw_rescue_bus", BUSES[0]) not in BUSES):
            raise exceptions.UnsupportedRescueImage(image=image_id)
        return image
