"""Floating IPs on a bridge, in network namespaces: who is at the other end, from everywhere; and how they end."""
import contextlib
import socket
import subprocess

import pytest
from pyroute2 import netns

from nova_lite.models import FloatingAddress, PortSecurity, SecurityRule
from nova_lite.network.bridge import BridgeNetwork
from tests.integration.test_bridge_network import BRIDGE, GATEWAY, OTHER, STRANGER, VIF, inside
from tests.integration.test_bridge_security import (  # noqa: F401
    FIRST,
    HOST,
    ONE,
    SECOND,
    TWO,
    Listener,
    ip,
    listening,
    plugger,
    pytestmark,
    reach,
    web,
)
from tests.waiting import wait

OUT, OUTSIDE, HERE, FLOATING = "nlts-out", "203.0.113.2", "203.0.113.1", "203.0.113.50"
EVERYTHING = (SecurityRule("egress"), SecurityRule("ingress"))


@pytest.fixture
def outside(plugger, listening, web):  # noqa: F811
    """A machine beside the host, in the network that floating IPs are of; the guests' way out is the host."""
    with contextlib.ExitStack() as undo:
        netns.create(OUT)
        undo.callback(netns.remove, OUT)
        ip("-n", HOST, "link", "add", "out", "type", "veth", "peer", "name", "eth0", "netns", OUT)
        for namespace, device, address in ((HOST, "out", HERE), (OUT, "eth0", OUTSIDE)):
            ip("-n", namespace, "addr", "add", f"{address}/24", "dev", device)
            ip("-n", namespace, "link", "set", device, "up")
        for guest in (ONE, TWO):
            ip("-n", guest, "route", "add", "default", "via", GATEWAY)
        undo.enter_context(contextlib.closing(Listener(OUT, web)))
        yield


def tell(plugger, *floating: str, rules=EVERYTHING) -> None:  # noqa: F811
    """These stand for the second guest, whose group says so much."""
    inside(HOST, plugger.secure, [
        PortSecurity(VIF.id, EVERYTHING),
        PortSecurity(OTHER.id, rules, tuple(FloatingAddress(address, SECOND) for address in floating))])


def ours() -> str:
    """What is on the host of a floating IP."""
    found = [subprocess.run(["ip", "netns", "exec", HOST, *command], capture_output=True, text=True, check=True).stdout
             for command in (("ip", "route", "show", "table", "all"), ("nft", "list", "ruleset"), ("ip", "addr"))]
    return "".join(line for text in found for line in text.splitlines(keepends=True) if FLOATING in line)


def test_from_everywhere_and_towards_outside(plugger, outside, web):  # noqa: F811
    tell(plugger)
    assert reach(OUT, FLOATING, web) is reach(HOST, FLOATING, web) is None
    tell(plugger, FLOATING)
    # whom nobody answered its ARP asks again, once a second
    wait(lambda: reach(OUT, FLOATING, web) == OUTSIDE, 10, "the guest sees who it is")
    assert reach(HOST, FLOATING, web) == GATEWAY
    assert reach(ONE, FLOATING, web) == GATEWAY
    assert reach(OUT, FLOATING, web + 1) == OUTSIDE
    assert reach(TWO, OUTSIDE, web) == FLOATING, "and is seen as"
    assert reach(ONE, SECOND, web) == FIRST and reach(TWO, FIRST, web) == SECOND, "within the network all is as before"


def test_groups_hold_for_them(plugger, outside, web):  # noqa: F811
    tell(plugger, FLOATING, rules=[SecurityRule("ingress", "tcp", web, web, (OUTSIDE,))])
    assert reach(OUT, FLOATING, web) == OUTSIDE and reach(OUT, FLOATING, web + 1) is None
    assert reach(HOST, FLOATING, web) is None and reach(TWO, OUTSIDE, web) is None


def test_the_end_of_one_ends_connections(plugger, outside, web):  # noqa: F811
    tell(plugger, FLOATING)
    with contextlib.ExitStack() as undo:
        server = undo.enter_context(inside(TWO, socket.create_server, ("0.0.0.0", 99)))
        client = undo.enter_context(inside(OUT, socket.create_connection, (FLOATING, 99), 2))
        held = undo.enter_context(server.accept()[0])
        client.sendall(b"a")
        assert held.recv(10) == b"a"
        tell(plugger)
        assert ours() == ""
        client.sendall(b"late")
        held.sendall(b"late")
        for end in (client, held):
            end.settimeout(0.5)
            with pytest.raises(OSError):
                assert end.recv(10)
    assert reach(OUT, FLOATING, web) is None


def test_kept_for_a_start_without_the_network_service(plugger, outside, web):  # noqa: F811
    tell(plugger, FLOATING)
    ip("-n", HOST, "link", "del", BRIDGE)
    again = BridgeNetwork()
    inside(HOST, again.init_host)
    assert FLOATING in ours()
    inside(HOST, again.unplug, STRANGER)
    assert ours() == ""
