"""Security groups on a bridge, in network namespaces of their own; veth pairs stand for guests."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading

import pytest
from pyroute2 import netns

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import PortSecurity, SecurityRule
from nova_lite.network.bridge import BridgeNetwork
from nova_lite.network.host import names, security
from tests.integration.test_bridge_network import BRIDGE, GATEWAY, GUEST, OTHER, STRANGER, VIF, inside
from tests.waiting import wait

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root"),
    pytest.mark.skipif(not (shutil.which("dnsmasq") and shutil.which("nft") and shutil.which("busybox")),
                       reason="dnsmasq, nft and busybox are needed"),
]
HOST, ONE, TWO = "nlts-host", "nlts-one", "nlts-two"
FIRST, SECOND = VIF.fixed_ips[0].address, OTHER.fixed_ips[0].address
EVERYTHING_OUT = SecurityRule("egress")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


class Listener:
    """A TCP server in a namespace; answers with the address that it sees."""

    def __init__(self, namespace: str, port: int):
        self._socket = inside(namespace, socket.create_server, ("0.0.0.0", port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, address = self._socket.accept()
                with client:
                    client.sendall(address[0].encode())

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def reach(namespace: str, address: str, port: int) -> str | None:
    """What is answered to a new connection; None: nothing."""
    def connect():
        with socket.create_connection((address, port), timeout=1) as found:
            return found.recv(100).decode()
    try:
        return inside(namespace, connect)
    except OSError:
        return None


@pytest.fixture
def plugger():
    """Two guests are plugged and cabled, with their addresses; nothing was told of them yet."""
    with tempfile.TemporaryDirectory(prefix="nova-lite-test-") as state, contextlib.ExitStack() as undo:
        os.chmod(state, 0o711)
        for group, name, value in ((None, "state_path", state), (None, "host", "test"),
                                   ("network", "security_groups", "enforce")):
            CONF.set_override(name, value, group=group)
            undo.callback(CONF.clear_override, name, group=group)
        for namespace in (HOST, ONE, TWO):
            netns.create(namespace)
            undo.callback(netns.remove, namespace)
            ip("-n", namespace, "link", "set", "lo", "up")
        found = BridgeNetwork()
        inside(HOST, found.init_host)
        for uuid, vif, namespace in ((GUEST, VIF, ONE), (STRANGER, OTHER, TWO)):
            inside(HOST, found.plug, uuid, [vif])
            undo.callback(inside, HOST, found.unplug, uuid)
            ip("-n", HOST, "link", "add", names.tap(vif), "type", "veth", "peer", "name", "eth0", "netns", namespace)
            ip("-n", HOST, "link", "set", names.tap(vif), "master", BRIDGE, "up")
            for words in (("link", "set", "eth0", "address", vif.mac), ("link", "set", "eth0", "up"),
                          ("addr", "add", f"{vif.fixed_ips[0].address}/24", "dev", "eth0")):
                ip("-n", namespace, *words)
        yield found


@pytest.fixture
def web():
    return 8080


@pytest.fixture
def listening(plugger, web):
    with contextlib.closing(Listener(TWO, web)), contextlib.closing(Listener(TWO, web + 1)), \
            contextlib.closing(Listener(ONE, web)):
        yield


def tell(plugger, one=(EVERYTHING_OUT,), two=(EVERYTHING_OUT,)):
    inside(HOST, plugger.secure, [PortSecurity(VIF.id, tuple(one)), PortSecurity(OTHER.id, tuple(two))])


def test_closed_until_a_rule_opens_it(plugger, listening, web):
    assert reach(ONE, SECOND, web) is None, "nothing was told yet"
    tell(plugger)
    assert reach(ONE, SECOND, web) is reach(HOST, SECOND, web) is None
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "tcp", web, web)])
    assert reach(ONE, SECOND, web) == FIRST and reach(HOST, SECOND, web) == GATEWAY
    assert reach(ONE, SECOND, web + 1) is None, "another port"
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "tcp", web, web, (FIRST,))])
    assert reach(ONE, SECOND, web) == FIRST and reach(HOST, SECOND, web) is None
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", None, None, None, ())])
    assert reach(ONE, SECOND, web) is None, "a group without members"
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "udp")])
    assert reach(ONE, SECOND, web) is None, "another protocol"


def test_what_a_guest_may_send(plugger, listening, web):
    everything_in = SecurityRule("ingress")
    tell(plugger, one=[everything_in], two=[everything_in, EVERYTHING_OUT])
    assert reach(ONE, SECOND, web) is None
    assert reach(TWO, FIRST, web) == SECOND, "answers go out"
    tell(plugger, one=[everything_in, SecurityRule("egress", "6", web, web, (f"{SECOND}/32",))],
         two=[everything_in, EVERYTHING_OUT])
    assert reach(ONE, SECOND, web) == FIRST and reach(ONE, SECOND, web + 1) is None


def test_what_a_rule_allowed_ends_with_it(plugger, web):
    """Both ways, though what the guest sends are answers; another rule that allows it, too, is enough."""
    rule, wider = SecurityRule("ingress", "tcp", web, web), SecurityRule("ingress", "tcp", 1, 65535, (FIRST,))
    tell(plugger, two=[EVERYTHING_OUT, rule, wider])
    with contextlib.ExitStack() as undo:
        server = undo.enter_context(inside(TWO, socket.create_server, ("0.0.0.0", web)))
        client = undo.enter_context(inside(ONE, socket.create_connection, (SECOND, web), 2))
        held = undo.enter_context(server.accept()[0])
        tell(plugger, two=[EVERYTHING_OUT, wider])
        for one, other in ((client, held), (held, client)):
            one.sendall(b"allowed")
            other.settimeout(5)
            assert other.recv(10) == b"allowed"
        tell(plugger, two=[EVERYTHING_OUT])
        client.sendall(b"late")
        held.sendall(b"late")
        for end in (client, held):
            end.settimeout(0.5)
            with pytest.raises(TimeoutError):
                end.recv(10)


def test_pings(plugger):
    def answered(namespace, address) -> bool:
        return subprocess.run(["ip", "netns", "exec", namespace, "busybox", "ping", "-c", "1", "-W", "1", address],
                              capture_output=True).returncode == 0
    tell(plugger)
    assert not answered(ONE, SECOND)
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "icmp", 8, 0)])
    assert answered(ONE, SECOND) and not answered(TWO, FIRST)
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "icmp", 13)])
    assert not answered(ONE, SECOND)


def test_a_guest_cannot_use_anothers_address(plugger, listening, web):
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "tcp", web, web, (GATEWAY,))])
    ip("-n", ONE, "addr", "flush", "dev", "eth0")
    ip("-n", ONE, "addr", "add", "10.91.0.200/24", "dev", "eth0")
    assert reach(ONE, SECOND, web) is None


def test_kept_for_a_start_without_the_network_service(plugger, listening, web):
    tell(plugger, two=[EVERYTHING_OUT, SecurityRule("ingress", "tcp", web, web)])
    again = BridgeNetwork()
    inside(HOST, again.init_host)
    assert reach(ONE, SECOND, web) == FIRST and reach(ONE, SECOND, web + 1) is None


def test_nothing_is_left_of_a_port(plugger, web):
    tell(plugger)
    inside(HOST, plugger.unplug, STRANGER)
    text = subprocess.run(["ip", "netns", "exec", HOST, "nft", "list", "ruleset"], capture_output=True, text=True,
                          check=True).stdout
    assert names.tap(VIF) in text and names.tap(OTHER) not in text and SECOND not in text
    inside(HOST, plugger.unplug, GUEST)
    wait(lambda: inside(HOST, lambda: subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True,
                                                     check=True).stdout) == "", 5, "rules are left")


def test_a_host_that_cannot_says_so(plugger, monkeypatch, caplog):
    monkeypatch.setattr(security, "why_not", lambda: "it is too old")
    with pytest.raises(exceptions.NovaLiteError, match="security_groups = enforce: .* too old"):
        inside(HOST, BridgeNetwork().init_host)
    CONF.set_override("security_groups", "auto", group="network")
    other = BridgeNetwork()
    inside(HOST, other.init_host)
    assert not other.enforces and "SECURITY GROUPS ARE NOT ENFORCED" in caplog.text


def test_an_address_and_metadata_are_always_there(plugger, web):
    """Of a port that may do nothing at all."""
    inside(HOST, plugger.secure, [PortSecurity(VIF.id), PortSecurity(OTHER.id)])
    ip("-n", ONE, "addr", "flush", "dev", "eth0")
    done = subprocess.run(["ip", "netns", "exec", ONE, "busybox", "udhcpc", "-i", "eth0", "-q", "-n", "-t", "3", "-T",
                           "1", "-s", "/bin/true"], capture_output=True, text=True)
    assert f"lease of {FIRST} obtained" in done.stderr + done.stdout
    ip("-n", ONE, "addr", "add", f"{FIRST}/24", "dev", "eth0")
    ip("-n", ONE, "route", "add", f"{names.METADATA_ADDRESS}/32", "via", GATEWAY)
    with contextlib.closing(Listener(HOST, 80)), contextlib.closing(Listener(HOST, web)):
        assert reach(ONE, names.METADATA_ADDRESS, 80) == FIRST
        assert reach(ONE, GATEWAY, web) is None
