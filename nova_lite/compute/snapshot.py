"""The host's part of createImage and createBackup: a copy of the root disk becomes the data of an image."""
import contextlib

from nova_lite import failpoints
from nova_lite.compute.build import telling
from nova_lite.compute.host import Host
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def snapshot_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, image_id: str) -> Report:
    """The image is active when this returns; one that is so already is left alone: its report was lost.

    Raises ImageNotFound when it was deleted, and whatever the driver or the image service say.
    """
    images = host.driver.images
    if images.get(context, image_id).status == "active":
        return Report(order, host.name)

    def check():
        host.check(instance.uuid)
    with telling(host, context, order) as tell, contextlib.ExitStack() as held:
        tell("image_begun")
        with trace.hop("driver.snapshot", function="virt.driver:ComputeDriver.snapshot"):
            copy = held.enter_context(host.driver.snapshot(instance, check))
        tell("image_taken")
        failpoints.hit("compute", order.step, "copied")
        tell("image_sent")
        with trace.hop("image.upload", function="image.client:ImageClient.upload"):
            images.upload(context, image_id, copy.path, copy.format, check)
        failpoints.hit("compute", order.step, "uploaded")
    return Report(order, host.name)
