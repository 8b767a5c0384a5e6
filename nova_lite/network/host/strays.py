"""What is of no port (any more) in this host's network: told to the audit, cleared away when the service starts.

A service that is killed leaves its own port files, by which the next ``unplug`` finds the rest.  This finds what is
there without such a file: because the disk was full or lost, or somebody else was at work.  It tells only
of what is surely this service's (by its directory, or an alias that it wrote) or of use to nobody (filters of an
interface that is not there).
"""
import contextlib
import dataclasses
import os
import pathlib
import signal
from collections.abc import Callable, Iterator

from nova_lite.network.host import dhcp, firewall, links, names, ports


@dataclasses.dataclass(frozen=True)
class Stray:
    """``what`` is for people; ``remove`` None: whoever brings the network into shape takes it away."""

    what: str
    remove: Callable[[], object] | None = None


def find() -> Iterator[Stray]:
    """Each network is looked at while nothing is plugged into it."""
    kept, own, filters = set(), links.own_bridges(), firewall.chains()
    for directory in ports.all_networks():
        with directory.locked():
            plugged = directory.ports()
            yield from _files(directory, plugged)
            if not plugged and (pid := dhcp.Dnsmasq(directory.path).pid()):
                yield Stray(f"dnsmasq {pid} of network {directory.network_id}", dhcp.Dnsmasq(directory.path).stop)
            with contextlib.suppress(FileNotFoundError):
                bridge = (directory.path / "bridge").read_text()
                kept.add(bridge)
                taps = {names.tap(port.vif) for port in plugged}
                for tap in sorted(links.members(bridge) - taps) if bridge in own else ():
                    yield Stray(f"tap {tap} in bridge {bridge}", lambda tap=tap: links.delete(tap))
                for chain in sorted(filters.get(bridge, set()) - taps):
                    yield Stray(f"filter of {chain} in bridge {bridge}",
                                None if taps else lambda bridge=bridge: firewall.remove(bridge))
    for bridge in sorted(own - kept):
        yield Stray(f"bridge {bridge}", lambda bridge=bridge: _remove(bridge))
    for bridge in sorted(filters.keys() - kept):
        if not links.exists(bridge):
            yield Stray(f"filters of bridge {bridge}, which is not there",
                        lambda bridge=bridge: firewall.remove(bridge))
    yield from _processes()


def _files(directory: ports.NetworkDirectory, plugged: list[ports.Port]) -> Iterator[Stray]:
    for part in sorted(directory.path.rglob("*.part")):
        yield Stray(f"unfinished file {part}", lambda part=part: part.unlink(missing_ok=True))
    known = dhcp.hosts([port.vif for port in plugged]).splitlines()
    with contextlib.suppress(FileNotFoundError):
        for line in (directory.path / "hosts").read_text().splitlines() if plugged else ():
            if line not in known:
                yield Stray(f"DHCP entry {line} of network {directory.network_id}")


def _remove(bridge: str) -> None:
    firewall.remove(bridge)
    links.delete(bridge)


def _processes() -> Iterator[Stray]:
    """DHCP servers of networks whose directory is gone."""
    mine = f"--conf-file={ports.root()}/"
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().decode(errors="replace").split("\0")
            found = next((word for word in words if word.startswith(mine)), None)
            if found and not pathlib.Path(found.removeprefix("--conf-file=")).parent.exists():
                yield Stray(f"dnsmasq {path.parent.name} of a network that is not known",
                            lambda pid=int(path.parent.name): os.kill(pid, signal.SIGKILL))
