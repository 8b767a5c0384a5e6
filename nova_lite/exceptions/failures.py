"""What went wrong inside: services that are away, hosts and hypervisors that could not do it."""
from nova_lite.exceptions.base import NovaLiteError
from nova_lite.exceptions.requests import Invalid


class ServiceUnavailable(NovaLiteError):
    """The database, the broker or another service cannot be reached now; a client may try again."""

    code = 503
    message = "Service is unavailable at this time."


class TransactionUndone(ServiceUnavailable):
    """A transaction has left nothing behind, and the same again may go through."""

    message = "The database is overloaded."


class ConnectionLost(TransactionUndone):
    """The connection to the database died before the commit was sent."""

    message = "The database cannot be reached."


class OutcomeUnknown(ServiceUnavailable):
    """The database took a commit and its answer was lost: the change was made, or it was not."""

    message = "The database did not confirm the change: it may have been made. Look before you repeat the request."


class ShelvedImageGone(NovaLiteError):
    message = ("Error during unshelve instance %(instance_uuid)s: Unshelve attempted but the image %(image_id)s cannot "
               "be found.")


class NoValidHost(NovaLiteError):
    """``counts``: {filter name: hosts it removed}, shown to admins only."""

    message = "No valid host was found. %(reason)s"

    def __init__(self, message=None, counts=None, **fields):
        fields.setdefault("reason", "")
        super().__init__(message, **fields)
        self.counts = counts or {}
        self.silent = False
        self.events = []


class MaxRetriesExceeded(NovaLiteError):
    message = "Exceeded maximum number of retries. %(reason)s"


class UndoFailed(NovaLiteError):
    """A host could not take back what it did; the step has not ended."""

    message = "What a failed step did could not be taken back: %(reason)s"


class BuildAbort(NovaLiteError):
    """A build that no other host could do better: bad image, no address, bad request."""

    message = "Build of instance %(instance_uuid)s aborted: %(reason)s"


class Rescheduled(NovaLiteError):
    """A build that failed on this host and may succeed on another."""

    message = "Build of instance %(instance_uuid)s was re-scheduled: %(reason)s"


class ResizeError(NovaLiteError):
    """A resize that no host could do."""

    message = "Resize error: %(reason)s"


class ComputeResourcesUnavailable(NovaLiteError):
    message = "Insufficient compute resources: %(reason)s."


class ImageNotActive(Invalid):
    message = "Image %(image_id)s is not active."


class InterfaceAttachFailed(NovaLiteError):
    message = "Failed to attach network adapter device to %(instance_uuid)s"

    @classmethod
    def because(cls, instance_uuid: str, code: int, reason: str) -> "InterfaceAttachFailed":
        """``code``: the HTTP status of what went wrong on the host, ``reason`` its text."""
        error = cls(f"{cls.message % {'instance_uuid': instance_uuid}}: {reason}")
        error.code = code
        return error


class DeviceDetachFailed(NovaLiteError):
    message = "Device detach failed for %(device)s: %(reason)s"


class UnsupportedRescueImage(Invalid):
    message = "Requested rescue image '%(image)s' is not supported"


class ImageUnacceptable(NovaLiteError):
    message = "Image %(image_id)s is unacceptable: %(reason)s"


class ImageDamaged(NovaLiteError):
    """What arrived is not what the image service describes; another try, elsewhere, may get the whole of it."""

    message = "Image %(image_id)s did not arrive whole: %(reason)s"


class FlavorDiskSmallerThanImage(NovaLiteError):
    code = 400
    message = ("Flavor's disk is too small for requested image. Flavor disk is %(flavor_size)i bytes, "
               "image is %(image_size)i bytes.")


class FlavorDiskSmallerThanMinDisk(FlavorDiskSmallerThanImage):
    message = ("The created instance's disk would be too small for the minimum specified by image metadata. "
               "Flavor disk is %(flavor_size)i GB, image minimum is %(image_min_disk)i GB.")


class FlavorMemoryTooSmall(NovaLiteError):
    code = 400
    message = "Flavor's memory is too small for requested image."


class VirtualInterfaceCreateException(NovaLiteError):
    message = "Virtual Interface creation failed"


class NoMoreFixedIps(NovaLiteError):
    message = "No fixed IP addresses available for network: %(net)s"


class GuestNotFound(NovaLiteError):
    """The hypervisor does not know the guest."""

    code = 404
    message = "Instance %(instance_id)s could not be found."


class StaleOrder(NovaLiteError):
    """A message or report carries an attempt that is no longer the current one."""

    message = "Attempt %(attempt)s of step %(step)s of action %(action_id)s is not the current one."
