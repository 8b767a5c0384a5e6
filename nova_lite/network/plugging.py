"""The protocol of what a host does to its own network for guests: bridges, DHCP, filters."""
import abc
from collections.abc import Sequence

from stevedore import driver as stevedore_driver

from nova_lite import exceptions
from nova_lite.models import PortSecurity, Vif


class HostNetwork(abc.ABC):
    """Entry points of ``nova_lite.network.plugging``.  Every method may be repeated."""

    def init_host(self) -> None:
        """Check for the tools that are needed; raises NovaLiteError with one clear line."""

    @abc.abstractmethod
    def plug(self, uuid: str, vifs: Sequence[Vif]) -> None:
        """Bridge, DHCP and anti-spoofing for these interfaces of a guest (before it starts)."""

    @abc.abstractmethod
    def unplug(self, uuid: str) -> None:
        """Take away what ``plug`` made for the guest's interfaces (bridges stay)."""

    @abc.abstractmethod
    def unplug_port(self, uuid: str, vif: Vif, *, held: bool = False) -> None:
        """``unplug`` one of the guest's interfaces; ``held``: the guest has the device still, which leads nowhere from
        now on."""

    @abc.abstractmethod
    def plugged(self, uuid: str) -> Sequence[Vif]:
        """What is plugged of a guest."""

    @property
    def listens(self) -> bool:
        """Whether ``secure`` is of use to it."""
        return False

    def secure(self, told: Sequence[PortSecurity]) -> None:
        """What the interfaces of this host are allowed, and their floating IPs; what was told before is forgotten."""

    @abc.abstractmethod
    def owners(self) -> set[str]:
        """Uuids that anything plugged belongs to."""

    def strays(self) -> list[str]:
        """What is there and belongs to no guest at all, a line each; ``init_host`` takes it away."""
        return []


class NoopNetwork(HostNetwork):
    """For fake guests: nothing is plugged."""

    def plug(self, uuid, vifs):
        pass

    def unplug(self, uuid):
        pass

    def unplug_port(self, uuid, vif, *, held=False):
        pass

    def plugged(self, uuid):
        return ()

    def owners(self):
        return set()


def load(name: str) -> HostNetwork:
    """The entry point ``name``, made.  Raises NovaLiteError with one clear line when there is none."""
    try:
        return stevedore_driver.DriverManager("nova_lite.network.plugging", name,
                                              warn_on_missing_entrypoint=False).driver()
    except (stevedore_driver.NoMatches, ImportError) as exc:
        raise exceptions.NovaLiteError(f"[network] plugging = {name}: it cannot be loaded ({exc}); "
                                       f"for bridge, install nova-lite[libvirt]") from exc
