"""What is plugged on this host: a small file for each port, the only memory of the plugging.

``<state_path>/network/<network id>/ports/<instance uuid>_<port id>.json`` holds the Vif.  Everything else
(DHCP hosts, filters, bridges) is derived from these files and can be made anew from them.
"""
import contextlib
import dataclasses
import fcntl
import ipaddress
import json
import os
import pathlib
import re
from collections.abc import Collection, Iterator

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Vif
from nova_lite.network.host import names

MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}\Z", re.IGNORECASE)
INTERFACE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,14}\Z")     # also what nft takes for a chain's name


@dataclasses.dataclass(frozen=True)
class Port:
    """One plugged interface and the guest it belongs to."""

    uuid: str
    vif: Vif


def root() -> pathlib.Path:
    return pathlib.Path(CONF.state_path) / "network"


def open_root() -> pathlib.Path:
    """Make the directory; raises NovaLiteError when dnsmasq, which runs as nobody, could not get into it."""
    base = root()
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)
    for parent in base.absolute().parents:
        if not parent.stat().st_mode & 0o001:
            raise exceptions.NovaLiteError(
                f"state_path = {CONF.state_path}: {parent} is closed to the users that dnsmasq and the guests run as; "
                f"chmod o+x {parent}, or choose another state_path")
    return base


def write_file(path: pathlib.Path, text: str) -> bool:
    """Replace ``path`` in one step; False when it held the text already."""
    with contextlib.suppress(FileNotFoundError):
        if path.read_text() == text:
            return False
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.chmod(0o644)               # dnsmasq reads as another user, whatever the umask here
    os.replace(part, path)
    return True


class NetworkDirectory:
    """The directory of one network on this host."""

    def __init__(self, network_id: str):
        self.network_id = network_id
        self.path = root() / network_id
        self._ports = self.path / "ports"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One at a time, among threads and processes; a process that dies lets go."""
        self._ports.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o755)
        with open(self.path / "lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def add(self, uuid: str, vif: Vif) -> None:
        """``vif`` has passed ``check``."""
        write_file(self._ports / f"{uuid}_{vif.id}.json", json.dumps(vif.to_dict()))

    def remove(self, uuid: str, port_ids: Collection[str] | None = None) -> None:
        """Forget the guest's ports here; of these ids, None: all."""
        for path in self._ports.glob(f"{uuid}_*.json"):
            if port_ids is None or path.stem.partition("_")[2] in port_ids:
                path.unlink(missing_ok=True)

    def written(self, port: Port) -> float:
        """When the port's file was last written (seconds since the epoch); 0 when it is not there."""
        try:
            return (self._ports / f"{port.uuid}_{port.vif.id}.json").stat().st_mtime
        except FileNotFoundError:
            return 0

    def ports(self) -> list[Port]:
        found = []
        for path in sorted(self._ports.glob("*_*.json")):
            vif = _read(path)
            if vif is not None:
                found.append(Port(path.name.partition("_")[0], vif))
        return found


def check(vif: Vif) -> None:
    """Refuse what would say something else in a filter rule or in dnsmasq's configuration.  Raises NovaLiteError."""
    try:
        if not MAC.match(vif.mac):
            raise ValueError(f"{vif.mac!r} is not a MAC address")
        for name in (names.tap(vif), names.bridge(vif.network)):
            if not INTERFACE.match(name):
                raise ValueError(f"{name!r} is not fit for an interface")
        addresses = [ip.address for ip in vif.fixed_ips]
        for subnet in vif.network.subnets:
            ipaddress.ip_network(subnet.cidr, strict=False)
            addresses += [*subnet.dns, *(route["nexthop"] for route in subnet.routes)]
            addresses += [address for address in (subnet.gateway, subnet.dhcp_server) if address]
            for route in subnet.routes:
                ipaddress.ip_network(route["destination"], strict=False)
        for address in addresses:
            ipaddress.ip_address(address)
    except (ValueError, KeyError) as exc:
        raise exceptions.NovaLiteError(f"port {vif.id} cannot be plugged: {exc}") from exc


def _read(path: pathlib.Path) -> Vif | None:
    """A port file that is gone or spoilt (a full disk) counts as not plugged; the next plug writes it anew."""
    try:
        return Vif.from_dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def all_networks() -> list[NetworkDirectory]:
    """Every network that has ever had a port here."""
    base = root()
    return [NetworkDirectory(path.name) for path in sorted(base.glob("*")) if (path / "ports").is_dir()]


def networks_of(uuid: str) -> list[NetworkDirectory]:
    """Networks in which the guest has a port here."""
    return [NetworkDirectory(i) for i in sorted({path.parent.parent.name for path in root().glob(f"*/ports/{uuid}_*")})]


def owners() -> set[str]:
    """Uuids of all guests that have a port here."""
    return {path.name.partition("_")[0] for path in root().glob("*/ports/*_*.json")}
