"""A server, as everything behind the REST edge knows it."""
import dataclasses
import datetime

from nova_lite.models.base import Model
from nova_lite.models.block_device import BlockDevice
from nova_lite.models.flavor import Flavor
from nova_lite.models.image import ImageMeta
from nova_lite.models.network import NetworkRequest, Vif


@dataclasses.dataclass(frozen=True)
class Fault(Model):
    """``exception``, ``module``, ``function``: what was raised, and where; for notifications."""

    code: int
    message: str
    created: datetime.datetime
    details: str = ""
    exception: str = ""
    module: str = ""
    function: str = ""


@dataclasses.dataclass(frozen=True)
class Instance(Model):
    """One row of ``instances``.  Times are naive UTC.

    ``generation`` grows with every change (the compare-and-swap of the one door); ``attempt`` grows
    with every placement on a host and is carried in the guest's own metadata.
    """

    uuid: str
    project_id: str
    user_id: str
    display_name: str
    flavor: Flavor
    id: int | None = None
    display_description: str | None = None
    hostname: str = ""
    vm_state: str = "building"
    task_state: str | None = None
    power_state: int = 0
    generation: int = 0
    attempt: int = 0
    progress: int = 0
    host: str | None = None
    node: str | None = None
    availability_zone: str | None = None        # of the host, or as asked for
    pinned_availability_zone: str | None = None     # as asked for: moves stay in it
    image_ref: str = ""
    image_meta: ImageMeta = ImageMeta()
    metadata: dict = dataclasses.field(default_factory=dict)
    tags: tuple[str, ...] = ()
    key_name: str | None = None
    key_data: str | None = None
    user_data: str | None = None                # base64, as given
    config_drive: bool = False
    reservation_id: str = ""
    launch_index: int = 0
    root_device_name: str | None = "/dev/vda"
    auto_disk_config: bool = False
    access_ip_v4: str | None = None
    access_ip_v6: str | None = None
    locked_by: str | None = None                # None, "owner" or "admin"
    locked_reason: str | None = None
    requested_networks: tuple[NetworkRequest, ...] | None = None     # None: all of the project's (auto)
    security_groups: tuple[str, ...] = ()       # as asked for: names or ids
    scheduler_hints: dict = dataclasses.field(default_factory=dict)
    network_info: tuple[Vif, ...] = ()
    block_devices: tuple[BlockDevice, ...] | None = None     # those of which there is something to say
    fault: Fault | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    launched_at: datetime.datetime | None = None
    terminated_at: datetime.datetime | None = None
    deleted: bool = False
    deleted_at: datetime.datetime | None = None

    def without_user_data(self) -> "Instance":
        """As it is sent to whoever does not build it: user data may hold passwords."""
        return self.replace(user_data=None)

    @property
    def locked(self) -> bool:
        return self.locked_by is not None
