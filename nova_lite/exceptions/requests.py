"""What a client did wrong: 4xx, and what asks for something that is not there."""
from nova_lite.exceptions.base import NovaLiteError


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
