"""Floating IPs of guests on this host: translation, the way to them, and the end of connections.

A floating IP is translated to the guest's own address and back by the network's table of rules.  So that packets come
here, and neighbours that ask for the address by ARP are answered, it is a local address of the host by a route into the
network's bridge.  Nothing is written anywhere else: what goes with the bridge is all there is.  A guest reaches its
neighbours by theirs, but not itself by its own: the bridge does not send a frame back where it came from.
"""
import contextlib
import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence

from pyroute2 import IPRoute, NFCTSocket
from pyroute2.netlink.exceptions import NetlinkError
from pyroute2.netlink.nfnetlink.nfctsocket import NFCTAttrTuple

from nova_lite import exceptions
from nova_lite.models import Network, PortSecurity, Vif
from nova_lite.network.host import links, names

PROTOCOL = 78                   # of our routes, by which they are found again; nobody else's in rtnetlink.h
LOCAL_TABLE, HOST_SCOPE = 255, 254
ENOENT, ESRCH = 2, 3


def of(vifs: Sequence[Vif], told: Mapping[str, PortSecurity]) -> dict[str, str]:
    """{floating IP: fixed address} of interfaces, as far as the addresses are theirs."""
    found: dict[str, str] = {}
    for vif in vifs:
        own = {ip.address for ip in vif.fixed_ips if ip.version == 4}
        for item in told[vif.id].floating if vif.id in told else ():
            if item.fixed_address in own and item.fixed_address not in found.values():
                found.setdefault(str(ipaddress.IPv4Address(item.address)), item.fixed_address)
    return found


def pairs(told: Iterable[PortSecurity]) -> set[tuple[str, str]]:
    """(floating IP, fixed address) of all these."""
    return {(item.address, item.fixed_address) for port in told for item in port.floating}


def chains(network: Network, floating: Mapping[str, str]) -> list[str]:
    """Lines of the network's table.  What comes to a floating IP from its own network goes on with the host's address:
    the guest would answer its neighbour past the host."""
    if not floating:
        return []
    bridge = names.bridge(network)
    inwards = "dnat to ip daddr map { " + ", ".join(f"{ip} : {fixed}" for ip, fixed in floating.items()) + " }"
    outwards = "snat to ip saddr map { " + ", ".join(f"{fixed} : {ip}" for ip, fixed in floating.items()) + " }"
    cidrs = ", ".join(str(ipaddress.IPv4Network(subnet.cidr, strict=False)) for subnet in network.subnets
                      if subnet.version == 4)
    return [
        "  chain floating_in {", "    type nat hook prerouting priority -100;", f"    {inwards}", "  }",
        "  chain floating_here {", "    type nat hook output priority -100;", f"    {inwards}", "  }",
        "  chain floating_out {", "    type nat hook postrouting priority 90;",
        f'    oifname != "{bridge}" {outwards}',
        f'    oifname "{bridge}" ct status dnat ip saddr {{ {cidrs} }} masquerade', "  }",
    ]


# -- the way to them ---------------------------------------------------------------------------------------
@contextlib.contextmanager
def routed(network: Network, floating: Mapping[str, str]):
    """Around the change of the rules: what is no floating IP any more is no address of the host's before, and what
    becomes one is after it.  Raises NovaLiteError."""
    bridge = names.bridge(network)
    unroute(bridge, keep=floating)
    yield
    if not floating:
        return
    try:
        with IPRoute() as ipr:
            [index] = ipr.link_lookup(ifname=bridge)
            for address, fixed in floating.items():
                source = next((own for subnet in network.subnets if subnet.version == 4 and (
                    own := links.server_address(subnet)) and ipaddress.ip_address(fixed) in ipaddress.ip_network(
                    subnet.cidr, strict=False)), None)
                ipr.route("replace", table=LOCAL_TABLE, type="local", scope=HOST_SCOPE, proto=PROTOCOL,
                          dst=f"{address}/32", oif=index, **({"prefsrc": source} if source else {}))
    except (NetlinkError, OSError, ValueError) as exc:
        raise exceptions.NovaLiteError(f"floating IPs cannot be led to bridge {bridge}: {exc}") from exc


def unroute(bridge: str, keep: Iterable[str] = ()) -> None:
    """Take the addresses of a bridge's floating IPs from the host, but these."""
    with IPRoute() as ipr:
        for index in ipr.link_lookup(ifname=bridge):
            for route in ipr.get_routes(family=socket.AF_INET, table=LOCAL_TABLE, oif=index):
                if route["proto"] == PROTOCOL and (address := route.get("dst")) not in keep:
                    try:
                        ipr.route("del", table=LOCAL_TABLE, type="local", scope=HOST_SCOPE, proto=PROTOCOL,
                                  dst=f"{address}/32", oif=index)
                    except NetlinkError as exc:
                        if exc.code not in (ENOENT, ESRCH):
                            raise


# -- the end of connections --------------------------------------------------------------------------------
def cut(gone: set[tuple[str, str]]) -> None:
    """End the connections that were translated so: the kernel keeps to what it did with the first packet."""
    if not gone:
        return
    with NFCTSocket() as connections:
        for entry in list(connections.dump()):
            original, reply = (NFCTAttrTuple.from_netlink(socket.AF_INET, entry.get_attr(name))
                               for name in ("CTA_TUPLE_ORIG", "CTA_TUPLE_REPLY"))
            if (original.daddr, reply.saddr) in gone or (reply.daddr, original.saddr) in gone:
                with contextlib.suppress(NetlinkError):             # it ended meanwhile
                    connections.entry("del", tuple_orig=original)
