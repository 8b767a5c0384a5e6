"""The plugging ``bridge``: a Linux bridge, a dnsmasq and filters for each network on this host.

Called by the libvirt driver through the HostNetwork protocol.  It keeps no memory but the port files of
``host.ports``: every change is "write or remove port files, then make the network what they say", so
each call can be repeated and whatever a crash left is mended by the next one.  It never asks a service.
"""
import contextlib
import ipaddress
import logging
import shutil
from collections.abc import Callable, Collection, Sequence

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Network, PortSecurity, Vif
from nova_lite.network.host import dhcp, firewall, floating, links, names, ports, security, strays
from nova_lite.network.plugging import HostNetwork

LOG = logging.getLogger(__name__)
TOOLS = {"dnsmasq": "dnsmasq-base", "nft": "nftables"}      # and the Debian packages that have them


class BridgeNetwork(HostNetwork):
    """See HostNetwork."""

    def __init__(self):
        self._told: dict[str, PortSecurity] = {}        # by port
        self.enforces = False                           # whether what no security group allows is held back

    @property
    def listens(self) -> bool:
        return True

    def secure(self, told: Sequence[PortSecurity]) -> None:
        """Of the rules only: nothing else of a network depends on it.  What fails is tried again with the next call."""
        old, new = self._told, {port.port_id: port for port in told}
        if new == old:
            return
        self._told = new
        try:
            for directory in ports.all_networks():
                with directory.locked():
                    if plugged := directory.ports():
                        self._filter(directory, plugged)
            floating.cut(floating.pairs(old.values()) - floating.pairs(new.values()))
        except BaseException:
            self._told = old
            raise
        security.store(new)

    def _decide(self) -> None:
        """Whether security groups are enforced here.  Raises NovaLiteError when they must be and cannot."""
        self._told = security.load()
        if CONF.network.security_groups == "ignore":
            LOG.warning("[network] security_groups = ignore: whatever they say, everything reaches the guests")
            return
        reason = security.why_not()
        if reason is None:
            self.enforces = True
        elif CONF.network.security_groups == "enforce":
            raise exceptions.NovaLiteError(f"[network] security_groups = enforce: it cannot be done here: {reason}")
        else:
            LOG.warning("SECURITY GROUPS ARE NOT ENFORCED on this host, everything reaches its guests: %s", reason)

    def init_host(self) -> None:
        """Check the tools; bring back what a restart of the machine took (bridges, DHCP, rules)."""
        for tool, package in TOOLS.items():
            if shutil.which(tool) is None:
                raise exceptions.NovaLiteError(f"[network] plugging = bridge: {tool} is missing (package {package})")
        try:
            links.has_default_route()
            ports.open_root()
        except OSError as exc:
            raise exceptions.NovaLiteError(f"[network] plugging = bridge: {exc}") from exc
        self._decide()
        for stray in strays.find():
            LOG.warning("cleared away: %s", stray.what)
            if stray.remove is not None:
                stray.remove()
        self.remove_bridges()
        for directory in ports.all_networks():
            with directory.locked():
                self._sync(directory)

    def plug(self, uuid: str, vifs: Sequence[Vif]) -> None:
        for vif in vifs:
            ports.check(vif)
        with contextlib.ExitStack() as undo:
            for network_id in dict.fromkeys(vif.network.id for vif in vifs):
                directory = ports.NetworkDirectory(network_id)
                with directory.locked():
                    mine, before = [vif for vif in vifs if vif.network.id == network_id], directory.ports()
                    old = {port.vif.id for port in before if port.uuid == uuid}
                    undo.callback(self._forget, directory, uuid, {vif.id for vif in mine} - old)
                    if not before:
                        refuse_overlap(mine[0].network, ports.all_networks())
                    for vif in mine:
                        directory.add(uuid, vif)
                    self._sync(directory)
            undo.pop_all()

    def unplug(self, uuid: str) -> None:
        for directory in ports.networks_of(uuid):
            self._forget(directory, uuid, None)

    def unplug_port(self, uuid: str, vif: Vif, *, held: bool = False) -> None:
        self._forget(ports.NetworkDirectory(vif.network.id), uuid, {vif.id}, links.cut_off if held else links.delete)

    def plugged(self, uuid: str) -> list[Vif]:
        return [port.vif for directory in ports.networks_of(uuid) for port in directory.ports() if port.uuid == uuid]

    def owners(self) -> set[str]:
        return ports.owners()

    def strays(self) -> list[str]:
        return [stray.what for stray in strays.find()]

    def remove_bridges(self) -> None:
        """Take away what is left of networks without ports: while nothing is plugged (start, unstack, tests)."""
        for directory in ports.all_networks():
            with directory.locked():
                if directory.ports():
                    continue
                self._apply(directory, ())
                with contextlib.suppress(FileNotFoundError):
                    name = (directory.path / "bridge").read_text()
                    links.delete_own_bridge(name, names.bridge_mac(CONF.host, directory.network_id))
            shutil.rmtree(directory.path, ignore_errors=True)

    def _forget(self, directory: ports.NetworkDirectory, uuid: str, port_ids: Collection[str] | None,
                remove_tap: Callable[[str], None] = links.delete) -> None:
        """The guest's ports of these ids, None: all.

        The order matters: the files go last, so that an interrupted call is seen in ``owners`` and repeated.
        """
        with directory.locked():
            here = directory.ports()
            going = [port for port in here if port.uuid == uuid and (port_ids is None or port.vif.id in port_ids)]
            self._apply(directory, [port for port in here if port not in going])
            floating.cut(floating.pairs(self._told[port.vif.id] for port in going if port.vif.id in self._told))
            for port in going:
                remove_tap(names.tap(port.vif))
            directory.remove(uuid, port_ids)

    def _filter(self, directory: ports.NetworkDirectory, plugged: Sequence[ports.Port]) -> None:
        network, vifs = newest_network(directory, plugged), [port.vif for port in plugged]
        nat = CONF.network.nat and links.has_default_route()
        translated = floating.of(vifs, self._told)
        if nat or translated:
            links.enable_forwarding()
        # a floating IP without its rules would be an address of the host's own
        with floating.routed(network, translated):
            firewall.apply(network, vifs, prefix=CONF.network.bridge_prefix, nat=nat, metadata=metadata_target(),
                           told=self._told if self.enforces else None, floating=translated)

    def _sync(self, directory: ports.NetworkDirectory) -> None:
        self._apply(directory, directory.ports())

    def _apply(self, directory: ports.NetworkDirectory, plugged: Sequence[ports.Port]) -> None:
        """Make the host's part of the network what the ports say.  The newest port file knows the network best."""
        server = dhcp.Dnsmasq(directory.path)
        if not plugged:
            server.stop()
            with contextlib.suppress(FileNotFoundError):
                bridge = (directory.path / "bridge").read_text()
                floating.unroute(bridge)
                firewall.remove(bridge)
            return
        network, vifs = newest_network(directory, plugged), [port.vif for port in plugged]
        ports.write_file(directory.path / "bridge", names.bridge(network))
        links.ensure_bridge(network, self.enforces)
        self._filter(directory, plugged)
        server.sync(network, vifs, CONF.network.dns_server, CONF.metadata.dhcp_domain)


def metadata_target() -> tuple[str, int]:
    """Where the metadata service listens on this host."""
    anywhere = CONF.metadata.listen in ("0.0.0.0", "::")
    return names.METADATA_ADDRESS if anywhere else CONF.metadata.listen, CONF.metadata.port


def refuse_overlap(network: Network, others: Sequence[ports.NetworkDirectory]) -> None:
    """Two networks with the same addresses on one host: answers would go to the wrong one's guests.

    Raises NovaLiteError; another host may have room for the network.
    """
    own = _ranges(network)
    for directory in others:
        plugged = directory.ports() if directory.network_id != network.id else ()
        if not plugged:
            continue
        other = newest_network(directory, plugged)
        for cidr in own:
            if any(cidr.overlaps(taken) for taken in _ranges(other)):
                raise exceptions.NovaLiteError(
                    f"network {network.id} cannot be plugged: its {cidr} overlaps with network {other.id} on this host")


def _ranges(network: Network) -> list[ipaddress.IPv4Network]:
    return [ipaddress.IPv4Network(subnet.cidr, strict=False) for subnet in network.subnets if subnet.version == 4]


def newest_network(directory: ports.NetworkDirectory, plugged: Sequence[ports.Port]) -> Network:
    """A subnet may have changed between two plugs: what the last one said holds."""
    return max(plugged, key=lambda port: directory.written(port)).vif.network
