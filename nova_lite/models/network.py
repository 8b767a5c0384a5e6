"""What a server's interfaces look like: requested, and as allocated."""
import dataclasses

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class NetworkRequest(Model):
    """One item of a create's ``networks``: a network or a port of the user's."""

    network_id: str | None = None
    port_id: str | None = None
    address: str | None = None
    tag: str | None = None


# The project's only network; when it has none, one that is made for it.
AUTO = NetworkRequest(network_id="auto")


@dataclasses.dataclass(frozen=True)
class Subnet(Model):
    id: str
    cidr: str
    version: int = 4
    gateway: str | None = None
    dns: tuple[str, ...] = ()
    dhcp_server: str | None = None          # the address of the bridge on each host
    routes: tuple[dict, ...] = ()           # {"destination": cidr, "nexthop": address}


@dataclasses.dataclass(frozen=True)
class Network(Model):
    id: str
    label: str
    bridge: str | None = None
    mtu: int = 1450
    subnets: tuple[Subnet, ...] = ()


@dataclasses.dataclass(frozen=True)
class FixedIP(Model):
    """``floating``: addresses elsewhere that stand for it, as it was last looked at."""

    address: str
    subnet_id: str
    version: int = 4
    floating: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class ServerPort(Model):
    """A port as the network service has it, for the audit: whose it is, and the host it is bound to ("": none)."""

    id: str
    instance_uuid: str
    host: str = ""


@dataclasses.dataclass(frozen=True)
class PortState(Model):
    """A server's port as the network service has it, for users.  ``status``: ACTIVE, DOWN …"""

    id: str
    network_id: str
    mac: str
    status: str
    fixed_ips: tuple[FixedIP, ...] = ()


@dataclasses.dataclass(frozen=True)
class Vif(Model):
    """One interface.  ``devname`` is the tap; ``preserve_on_delete``: the port is the user's own."""

    id: str                                 # the port's uuid
    mac: str
    network: Network
    fixed_ips: tuple[FixedIP, ...] = ()
    devname: str | None = None
    preserve_on_delete: bool = False
    active: bool = False
    tag: str | None = None
    security_groups: tuple[str, ...] = ()   # names
    pci_address: str | None = None          # in the guest, 0000:00:03.0; None: where its hypervisor puts it
