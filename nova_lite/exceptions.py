"""The error tree.  Each error knows its HTTP code; ``api.faults`` is the one place that maps them.

An error's text goes to users, so it is written in Nova's words where clients look for them.
"""
import traceback


class NovaLiteError(Exception):
    """Base.  ``code`` is the HTTP status; ``safe`` says whether the text may go into a server's fault."""

    code = 500
    message = "An unknown exception occurred."
    safe = True

    def __init__(self, message: str | None = None, **fields):
        self.fields = fields
        super().__init__(message if message is not None else self.message % fields)

    def __str__(self) -> str:
        return self.args[0]


# -- what a client did wrong -------------------------------------------------------------------
class Invalid(NovaLiteError):
    code = 400
    message = "Bad Request - Invalid Parameters"


class ValidationError(Invalid):
    message = "%(detail)s"


class InvalidName(ValidationError):
    message = ("An invalid 'name' value was provided. The name must be: printable characters. "
               "Can not start or end with whitespace.")


class InvalidKeypair(Invalid):
    message = "Keypair data is invalid: %(reason)s"


class CannotResizeToSameFlavor(Invalid):
    message = "When resizing, instances must change flavor!"


class CannotResizeDisk(Invalid):
    message = "Server disk was unable to be resized because: %(reason)s"


class CannotMigrateToSameHost(Invalid):
    message = "Cannot migrate to the host where the server exists."


class ComputeServiceUnavailable(Invalid):
    message = "Compute service of %(host)s is unavailable at this time."


class ConsoleTypeInvalid(Invalid):
    message = "Invalid console type %(console_type)s"


class ConsoleTypeUnavailable(Invalid):
    message = "Unavailable console type %(console_type)s."


class SecurityGroupCannotBeApplied(Invalid):
    message = "Network requires port_security_enabled and subnet associated in order to apply security groups."


class Unauthorized(NovaLiteError):
    code = 401
    message = "The request you have made requires authentication."


class Forbidden(NovaLiteError):
    code = 403
    message = "Forbidden"


class PolicyNotAuthorized(Forbidden):
    message = "Policy doesn't allow %(action)s to be performed."


class BootFromVolumeRequiredForZeroDiskFlavor(Forbidden):
    message = "Only volume-backed servers are allowed for flavors with zero disk."


class ImageNotAuthorized(Forbidden):
    message = "Not authorized for image %(image_id)s."


class QuotaError(Forbidden):
    message = "Quota exceeded: code=%(code)s"


class ImageQuotaExceeded(QuotaError):
    message = "Quota exceeded or out of space for image %(image_id)s in the image service."


class TooManyInstances(QuotaError):
    message = "Quota exceeded for %(overs)s: Requested %(req)s, but already used %(used)s of %(allowed)s %(overs)s"


class KeypairLimitExceeded(QuotaError):
    message = "Quota exceeded, too many key pairs."


class NotFound(NovaLiteError):
    code = 404
    message = "Resource could not be found."


class InstanceNotFound(NotFound):
    message = "Instance %(instance_id)s could not be found."


class FlavorNotFound(NotFound):
    message = "Flavor %(flavor_id)s could not be found."


class FlavorExtraSpecsNotFound(NotFound):
    message = "Flavor %(flavor_id)s has no extra specs with key %(extra_specs_key)s."


class FlavorAccessNotFound(NotFound):
    message = "Flavor access not found for %(flavor_id)s / %(project_id)s combination."


class KeypairNotFound(NotFound):
    message = "Keypair %(name)s not found for user %(user_id)s"


class ImageNotFound(NotFound):
    message = "Image %(image_id)s could not be found."


class NetworkNotFound(NotFound):
    message = "Network %(network_id)s could not be found."


class FloatingIpNotFound(NotFound):
    message = "Floating IP not found for ID %(id)s"


class FloatingIpNotFoundForAddress(NotFound):
    message = "Floating IP not found for address %(address)s."


class FloatingIpPoolNotFound(NotFound):
    message = "Floating IP pool not found."


class PortNotFound(NotFound):
    message = "Port id %(port_id)s could not be found."


class SecurityGroupNotFound(NotFound):
    message = "Security group %(security_group_id)s not found."


class AggregateNotFound(NotFound):
    message = "Aggregate %(aggregate_id)s could not be found."


class InstanceGroupNotFound(NotFound):
    message = "Instance group %(group_uuid)s could not be found."


class ComputeHostNotFound(NotFound):
    message = "Compute host %(host)s could not be found."


class VolumeNotFound(NotFound):
    message = "Volume %(volume_id)s could not be found."


class VolumeNotAttached(Invalid):
    message = "No volume Block Device Mapping with id %(volume_id)s."


class HostNotFound(NotFound):
    message = "Host %(host)s could not be found."


class PreserveEphemeralNotSupported(Invalid):
    message = "The current driver does not support preserving ephemeral partitions."


class FeatureNotSupported(NovaLiteError):
    code = 501
    message = "The requested functionality is not supported."


class ServiceNotFound(NotFound):
    message = "Service %(service_id)s could not be found."


class HostBinaryNotFound(NotFound):
    message = "Could not find binary %(binary)s on host %(host)s."


class ActionNotFound(NotFound):
    message = "Action for request_id %(request_id)s on instance %(instance_uuid)s not found"


class MarkerNotFound(Invalid):
    message = "marker [%(marker)s] not found"


class Conflict(NovaLiteError):
    code = 409
    message = "Conflict"


class FloatingIpNotAssociated(Conflict):
    message = "Floating IP %(address)s is not associated with instance %(instance_uuid)s."


class InstanceInvalidState(Conflict):
    message = "Cannot '%(method)s' instance %(instance_uuid)s while it is in %(attr)s %(state)s"


class InstanceIsLocked(Conflict):
    message = "Instance %(instance_uuid)s is locked"


class InstanceNotReady(Conflict):
    message = "Instance %(instance_id)s is not ready"


class UnshelveInstanceInvalidState(Conflict):
    message = ("Specifying an availability zone or a host when unshelving server \"%(instance_uuid)s\" with state "
               "\"%(state)s\" is not supported. The server state must be SHELVED_OFFLOADED.")


class UnshelveHostNotInAZ(Conflict):
    message = "Host \"%(host)s\" is not in the availability zone \"%(availability_zone)s\"."


class UnexpectedTaskStateError(Conflict):
    message = ("Conflict updating instance %(instance_uuid)s. Expected: %(expected)s. Actual: %(actual)s")


class KeyPairExists(Conflict):
    message = "Key pair '%(key_name)s' already exists."


class AggregateNameExists(Conflict):
    message = "Aggregate %(aggregate_name)s already exists."


class AggregateHostExists(Conflict):
    message = "Aggregate %(aggregate_id)s already has host %(host)s."


class FlavorExists(Conflict):
    message = "Flavor with name %(name)s already exists."


class FlavorIdExists(Conflict):
    message = "Flavor with ID %(flavor_id)s already exists."


class FlavorAccessExists(Conflict):
    message = "Flavor access already exists for flavor %(flavor_id)s and project %(project_id)s combination."


class IdempotencyKeyInUse(Conflict):
    message = ("A request with this Idempotency-Key is being worked on. Repeat it: it will be answered as the first "
               "one.")


class IdempotencyKeyReused(NovaLiteError):
    code = 422
    message = "This Idempotency-Key was used with another request already."


class InstancePasswordSetFailed(Conflict):
    message = "Failed to set admin password on %(instance)s because %(reason)s"


class GuestAgentUnavailable(Conflict):
    message = "QEMU guest agent of %(instance)s cannot be used: %(reason)s"


class PortInUse(Conflict):
    message = "Port %(port_id)s is still in use."


class FixedIpAlreadyInUse(Conflict):
    message = "Fixed IP %(address)s is already in use on instance %(instance_uuid)s."


class UnableToAutoAllocateNetwork(Invalid):
    message = "Unable to automatically allocate a network for project %(project_id)s"


class NetworkAmbiguous(Conflict):
    message = "Multiple possible networks found, use a Network ID to be more specific."


# -- what went wrong inside ----------------------------------------------------------------------
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


def traceback_of(error: BaseException, limit: int = 20) -> str:
    """The traceback as it is kept and shown: of an error that is not ours only the class, since its text may hold
    what the failing call was given, a password for example.  The log has it whole.
    """
    told, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        told.append("".join(["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__, limit),
                             f"{name}: {error}" if isinstance(error, NovaLiteError) else name, "\n"]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nThat led to:\n\n".join(reversed(told))


def origin(error: BaseException) -> dict[str, str]:
    """Its class, and the module and function that raised it."""
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    frame = frames[-1] if frames else None
    return {"exception": type(error).__name__, "module": frame.f_globals.get("__name__", "") if frame else "",
            "function": frame.f_code.co_name if frame else ""}
