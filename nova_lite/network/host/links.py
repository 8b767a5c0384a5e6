"""Bridges, taps and addresses, through netlink.  Acts on the network namespace of this process."""
import ipaddress
import pathlib
import socket

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Network, Subnet
from nova_lite.network.host import names

EEXIST, ENODEV, ENOENT = 17, 19, 2
ALIAS_LENGTH = 255              # IFALIASZ of Linux, less the final 0
FORWARDING = pathlib.Path("/proc/sys/net/ipv4/ip_forward")


def server_address(subnet: Subnet) -> str | None:
    """The host's address in the subnet: what guests ask for DHCP and metadata."""
    return subnet.dhcp_server or subnet.gateway


def bridge_addresses(network: Network) -> list[str]:
    """All addresses of a network's bridge, with prefix lengths, in order."""
    wanted: list[str] = []
    for subnet in network.subnets:
        if subnet.version != 4:
            continue
        length = ipaddress.ip_network(subnet.cidr, strict=False).prefixlen
        own = [server_address(subnet)]
        if CONF.network.nat:
            own.append(subnet.gateway)      # nobody else routes for a bridge of this host
        wanted += [f"{address}/{length}" for address in dict.fromkeys(own) if address]
    return [*dict.fromkeys(wanted), f"{names.METADATA_ADDRESS}/32"]


def ensure_bridge(network: Network, filtered: bool = False) -> str:
    """Make the bridge, or bring an existing one into shape; returns its name.

    ``filtered``: what goes from port to port is shown to the rules of family ip.
    """
    name = names.bridge(network)
    try:
        with IPRoute() as ipr:
            index = _index(ipr, name)
            if index is None:
                try:
                    ipr.link("add", ifname=name, kind="bridge", address=names.bridge_mac(CONF.host, network.id))
                except NetlinkError as exc:
                    if exc.code != EEXIST:
                        raise
                index = _index(ipr, name)
            if ipr.get_links(index)[0].get_nested("IFLA_LINKINFO", "IFLA_INFO_KIND") != "bridge":
                raise exceptions.NovaLiteError(f"{name}, the bridge of network {network.id}, is not a bridge")
            ipr.link("set", index=index, state="up", mtu=network.mtu)
            if filtered:
                ipr.link("set", index=index, kind="bridge", br_nf_call_iptables=1)
            if ipr.get_links(index)[0].get("address") == names.bridge_mac(CONF.host, network.id):
                ipr.link("set", index=index, ifalias=_alias())
            for address in bridge_addresses(network):
                host, _, length = address.partition("/")
                ipr.addr("replace", index=index, address=host, prefixlen=int(length), family=socket.AF_INET)
    except (NetlinkError, OSError) as exc:
        raise exceptions.NovaLiteError(f"bridge {name} cannot be made: {exc}") from exc
    return name


def delete(name: str) -> None:
    """Remove an interface; fine when there is none."""
    with IPRoute() as ipr:
        index = _index(ipr, name)
        if index is None:
            return
        try:
            ipr.link("del", index=index)
        except NetlinkError as exc:
            if exc.code not in (ENODEV, ENOENT):
                raise


def cut_off(name: str) -> None:
    """Take an interface from its bridge, and down; fine when there is none.

    A QEMU that holds a tap goes with it when it lets go; one that is taken from it would be looked at without end.
    """
    with IPRoute() as ipr:
        if (index := _index(ipr, name)) is not None:
            ipr.link("set", index=index, state="down", master=0)


def delete_own_bridge(name: str, mac: str) -> None:
    """Remove a bridge that ``ensure_bridge`` made, told by its address; one that was there before stays."""
    with IPRoute() as ipr:
        index = _index(ipr, name)
        own = index is not None and ipr.get_links(index)[0].get("address") == mac
    if own:
        delete(name)


def _alias() -> str:
    """What a bridge that ``ensure_bridge`` made is known by when everything else about it is lost."""
    return f"nova-lite {CONF.host} {pathlib.Path(CONF.state_path).absolute()}"[:ALIAS_LENGTH]


def own_bridges() -> set[str]:
    """All that ``ensure_bridge`` made for this host."""
    with IPRoute() as ipr:
        return {link.get("ifname") for link in ipr.get_links() if link.get("ifalias") == _alias()}


def members(bridge: str) -> set[str]:
    """The interfaces in a bridge; empty when there is none."""
    with IPRoute() as ipr:
        index = _index(ipr, bridge)
        return {link.get("ifname") for link in ipr.get_links() if index and link.get("master") == index}


def exists(name: str) -> bool:
    with IPRoute() as ipr:
        return _index(ipr, name) is not None


def has_default_route() -> bool:
    """Whether this namespace leads to an outside."""
    with IPRoute() as ipr:
        return bool(ipr.get_default_routes(family=socket.AF_INET))


def enable_forwarding() -> None:
    if FORWARDING.read_text().strip() != "1":
        FORWARDING.write_text("1\n")


def _index(ipr: IPRoute, name: str) -> int | None:
    found = ipr.link_lookup(ifname=name)
    return found[0] if found else None
