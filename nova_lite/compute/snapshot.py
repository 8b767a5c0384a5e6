"""A copy of a server's root disk becomes the data of an image: the host's part of createImage and createBackup."""
import contextlib
from collections.abc import Callable

from nova_lite import failpoints
from nova_lite.compute.build import telling
from nova_lite.compute.host import Host
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def snapshot_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, image_id: str) -> Report:
    """Raises as ``send``."""
    if not is_sent(host, context, image_id):
        with telling(host, context, order) as tell:
            tell("image_begun")
            send(host, context, order, instance, trace, image_id, tell, "image_taken", "image_sent")
    return Report(order, host.name)


def is_sent(host: Host, context, image_id: str) -> bool:
    """Whether an earlier delivery, whose report was lost, has done it.  Raises ImageNotFound when it was deleted."""
    return host.driver.images.get(context, image_id).status == "active"


def send(host: Host, context, order: Order, instance: Instance, trace: Trace, image_id: str,
         tell: Callable[[str], None], copied: str, sent: str) -> None:
    """The image is active when this returns.  ``copied``, ``sent``: the state events to ``tell`` of.

    Raises ImageNotFound when it was deleted, and whatever the driver or the image service say.
    """
    def check():
        host.check(instance.uuid)
    with contextlib.ExitStack() as held:
        with trace.hop("driver.snapshot", function="virt.driver:ComputeDriver.snapshot"):
            copy = held.enter_context(host.driver.snapshot(instance, check))
        tell(copied)
        failpoints.hit("compute", order.step, "copied")
        tell(sent)
        with trace.hop("image.upload", function="image.client:ImageClient.upload"):
            host.driver.images.upload(context, image_id, copy.path, copy.format, check)
        failpoints.hit("compute", order.step, "uploaded")
