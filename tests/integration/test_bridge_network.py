"""The bridge plugging, in a network namespace of its own; a veth pair stands for a guest."""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import uuid

import pytest
from pyroute2 import netns

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import FixedIP, Network, Subnet, Vif
from nova_lite.network.bridge import BridgeNetwork
from nova_lite.network.host import links, names, ports
from nova_lite.network.host.dhcp import Dnsmasq

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root"),
    pytest.mark.skipif(not (shutil.which("dnsmasq") and shutil.which("nft") and shutil.which("busybox")),
                       reason="dnsmasq, nft and busybox are needed"),
]

GATEWAY, ADDRESS, MAC = "10.91.0.1", "10.91.0.77", "fa:16:3e:00:00:01"
NETWORK = Network(id="c0ffee00-1111-4222-8333-444455556666", label="private", subnets=(Subnet(
    id="s", cidr="10.91.0.0/24", gateway=GATEWAY, dhcp_server=GATEWAY, dns=("9.9.9.9",)),))
VIF = Vif(id="aabbccdd-eeff-4000-8000-000000000001", mac=MAC, network=NETWORK, fixed_ips=(FixedIP(ADDRESS, "s"),))
OTHER = Vif(id="bbbbccdd-eeff-4000-8000-000000000002", mac="fa:16:3e:00:00:02", network=NETWORK,
            fixed_ips=(FixedIP("10.91.0.78", "s"),))
GUEST, STRANGER = "11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555"
BRIDGE = names.bridge(NETWORK)


def inside(namespace: str, function, *args):
    """Run in a thread of its own that enters the namespace; children and sockets made there belong to it."""
    result = []

    def run():
        netns.setns(namespace)
        try:
            result.append((function(*args), None))
        except BaseException as exc:
            result.append((None, exc))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    value, error = result[0]
    if error:
        raise error
    return value


class Place:
    """A host's namespace with the plugging, and a guest's."""

    def __init__(self):
        tag = uuid.uuid4().hex[:6]
        self.host_ns, self.guest_ns = f"nlt{tag}h", f"nlt{tag}g"
        self.plugger = BridgeNetwork()

    def __call__(self, function, *args):
        return inside(self.host_ns, function, *args)

    def cable(self, vif: Vif):
        """What libvirt does when a guest starts: a tap in the bridge."""
        tap = names.tap(vif)
        for command in (f"-n {self.host_ns} link add {tap} type veth peer name eth0 netns {self.guest_ns}",
                        f"-n {self.guest_ns} link set eth0 address {vif.mac}", f"-n {self.guest_ns} link set eth0 up",
                        f"-n {self.host_ns} link set {tap} master {BRIDGE} up"):
            subprocess.run(["ip", *command.split()], check=True)

    def uncable(self, vif: Vif):
        subprocess.run(["ip", "-n", self.host_ns, "link", "del", names.tap(vif)], check=True)

    def dhcp(self) -> dict:
        """The lease that the guest gets; empty when none."""
        with tempfile.TemporaryDirectory() as directory:
            script = pathlib.Path(directory) / "script"
            script.write_text("#!/bin/sh\n[ $1 = bound ] && env\nexit 0\n")
            script.chmod(0o755)
            done = subprocess.run(["ip", "netns", "exec", self.guest_ns, "busybox", "udhcpc", "-i", "eth0", "-q", "-n",
                                   "-t", "3", "-T", "1", "-O", "staticroutes", "-O", "mtu", "-s", str(script)],
                                  capture_output=True, text=True)
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    def dnsmasq(self) -> int | None:
        return Dnsmasq(ports.NetworkDirectory(NETWORK.id).path).pid()


@pytest.fixture
def place():
    place = Place()
    with tempfile.TemporaryDirectory(prefix="nova-lite-test-") as state, contextlib.ExitStack() as undo:
        os.chmod(state, 0o711)
        CONF.set_override("state_path", state)
        CONF.set_override("host", "test")
        CONF.set_override("security_groups", "ignore", group="network")         # they are in test_bridge_security
        undo.callback(CONF.clear_override, "security_groups", group="network")
        undo.callback(CONF.clear_override, "state_path")
        undo.callback(CONF.clear_override, "host")
        for namespace in (place.host_ns, place.guest_ns):
            netns.create(namespace)
            undo.callback(netns.remove, namespace)
            subprocess.run(["ip", "-n", namespace, "link", "set", "lo", "up"], check=True)
        undo.callback(lambda: [place(place.plugger.unplug, owner) for owner in place.plugger.owners()])
        place(place.plugger.init_host)
        yield place


def test_each_mac_gets_its_own_address_and_strangers_none(place):
    place(place.plugger.plug, GUEST, [VIF])
    place.cable(VIF)
    lease = place.dhcp()
    assert (lease["ip"], lease["mtu"], lease["dns"], lease["hostname"]) == (
        ADDRESS, "1450", "9.9.9.9", "host-10-91-0-77")
    assert lease["staticroutes"] == f"169.254.169.254/32 {GATEWAY} 0.0.0.0/0 {GATEWAY}"
    place.uncable(VIF)

    # a port that the host knows nothing of, cabled by hand
    place.cable(OTHER)
    assert place.dhcp() == {}


def test_an_address_goes_to_its_next_owner_at_once(place):
    place(place.plugger.plug, STRANGER, [OTHER])            # keeps the same dnsmasq alive
    place(place.plugger.plug, GUEST, [VIF])
    pid = place.dnsmasq()
    place.cable(VIF)
    assert place.dhcp()["ip"] == ADDRESS
    place.uncable(VIF)
    place(place.plugger.unplug, GUEST)
    heir = VIF.replace(id="cccccccc-eeff-4000-8000-000000000003", mac="fa:16:3e:00:00:03")
    place(place.plugger.plug, GUEST, [heir])
    place.cable(heir)
    assert place.dhcp()["ip"] == ADDRESS
    assert place.dnsmasq() == pid


def test_what_a_guest_holds_is_cut_off_and_stays(place):
    """A tap that is taken from its QEMU would be looked at without end."""
    place(place.plugger.plug, GUEST, [VIF])
    place.cable(VIF)
    for _ in range(2):
        place(lambda: place.plugger.unplug_port(GUEST, VIF, held=True))
    assert place(links.exists, names.tap(VIF)) and place(links.members, BRIDGE) == set()
    assert place.dhcp() == {} and place(place.plugger.strays) == []
    place.uncable(VIF)
    place(lambda: place.plugger.unplug_port(GUEST, VIF, held=True))


def test_unplug_leaves_nothing_but_the_bridge(place):
    for _ in range(2):
        place(place.plugger.plug, GUEST, [VIF])
    pid = place.dnsmasq()
    assert place.plugger.owners() == {GUEST}
    place.cable(VIF)
    for _ in range(2):
        place(place.plugger.unplug, GUEST)
    assert place.plugger.owners() == set()
    assert place.dnsmasq() is None
    assert not _alive(pid)
    assert place(_rules) == ""
    assert not place(links.exists, names.tap(VIF))
    assert place(links.exists, BRIDGE)
    place(place.plugger.remove_bridges)
    assert not place(links.exists, BRIDGE)
    assert list(ports.root().iterdir()) == []


def test_all_is_found_again_after_the_machine_was_restarted(place):
    place(place.plugger.plug, GUEST, [VIF])
    rules, pid = place(_rules), place.dnsmasq()
    os.kill(pid, signal.SIGKILL)
    place(links.delete, BRIDGE)
    place(lambda: subprocess.run(["nft", "flush", "ruleset"], check=True))
    place(BridgeNetwork().init_host)
    assert place(_rules) == rules
    assert place.dnsmasq() not in (None, pid)
    place.cable(VIF)
    assert place.dhcp()["ip"] == ADDRESS


def test_a_dead_dnsmasq_is_started_by_the_next_plug(place):
    place(place.plugger.plug, GUEST, [VIF])
    pid = place.dnsmasq()
    os.kill(pid, signal.SIGKILL)
    place(place.plugger.plug, STRANGER, [OTHER])
    assert place.dnsmasq() not in (None, pid)


def test_a_changed_network_is_served_as_it_is_now(place):
    place(place.plugger.plug, GUEST, [VIF])
    changed = NETWORK.replace(mtu=1400, subnets=(NETWORK.subnets[0].replace(dns=("8.8.4.4",)),))
    place(place.plugger.plug, GUEST, [VIF.replace(network=changed)])
    place.cable(VIF)
    lease = place.dhcp()
    assert (lease["mtu"], lease["dns"]) == ("1400", "8.8.4.4")


def test_plugging_at_once_from_many_threads(place):
    vifs = [VIF.replace(id=f"{n:08d}-eeff-4000-8000-000000000000", mac=f"fa:16:3e:00:01:{n:02x}",
                        fixed_ips=(FixedIP(f"10.91.0.{100 + n}", "s"),)) for n in range(8)]
    errors = []

    def plug(vif):
        try:
            place(place.plugger.plug, vif.id, [vif])
        except Exception as exc:
            errors.append(exc)

    threads = [threading.Thread(target=plug, args=(vif,)) for vif in vifs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert place.plugger.owners() == {vif.id for vif in vifs}
    assert all(names.tap(vif) in place(_rules) for vif in vifs)
    hosts = (ports.NetworkDirectory(NETWORK.id).path / "hosts").read_text()
    assert all(vif.mac in hosts for vif in vifs)


def test_translation_only_where_there_is_an_outside(place):
    place(place.plugger.plug, GUEST, [VIF])
    assert "masquerade" not in place(_rules)
    for command in ("link add outside type bridge", "addr add 192.0.2.2/24 dev outside", "link set outside up",
                    "route add default via 192.0.2.1"):
        subprocess.run(["ip", "-n", place.host_ns, *command.split()], check=True)
    place(place.plugger.plug, STRANGER, [OTHER])
    assert "ip saddr 10.91.0.0/24 ip daddr != 10.91.0.0/24" in place(_rules)
    assert place(links.FORWARDING.read_text).strip() == "1"
    CONF.set_override("nat", False, "network")
    try:
        place(place.plugger.plug, STRANGER, [OTHER])
    finally:
        CONF.clear_override("nat", "network")
    assert "masquerade" not in place(_rules)


def test_networks_that_overlap_do_not_share_a_host(place):
    place(place.plugger.plug, GUEST, [VIF])
    twin = NETWORK.replace(id="facade00-1111-4222-8333-444455556666")
    with pytest.raises(exceptions.NovaLiteError, match="overlaps with network c0ffee00"):
        place(place.plugger.plug, STRANGER, [OTHER.replace(network=twin)])
    assert place.plugger.owners() == {GUEST}
    assert not place(links.exists, names.bridge(twin))
    place(place.plugger.unplug, GUEST)
    place(place.plugger.plug, STRANGER, [OTHER.replace(network=twin)])


# -- frames, by hand ---------------------------------------------------------------------------------------
BROADCAST, ARP, IPV4, IPV6, VLAN = b"\xff" * 6, 0x0806, 0x0800, 0x86DD, 0x8100


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def frame(kind: int, body: bytes, source: str = MAC) -> bytes:
    return (BROADCAST + mac(source) + struct.pack("!H", kind) + body).ljust(60, b"\0")


def arp(sender: str, hardware: str = MAC, operation: int = 2) -> bytes:
    return (struct.pack("!HHBBH", 1, IPV4, 6, 4, operation) + mac(hardware) + socket.inet_aton(sender)
            + bytes(6) + socket.inet_aton(GATEWAY))


def udp(source: str, port_from: int, port_to: int, marker: bytes, target: str = "255.255.255.255") -> bytes:
    marker = marker.ljust(40, b".")         # br_netfilter would cut off an Ethernet frame's padding
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(marker), 0, 0, 64, 17, 0, socket.inet_aton(source),
                       socket.inet_aton(target))
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    head = head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:]
    return head + struct.pack("!HHHH", port_from, port_to, 8 + len(marker), 0) + marker


IPV6_HEADER = (struct.pack("!IHBB", 6 << 28, 40, 59, 64) + socket.inet_pton(socket.AF_INET6, "fe80::1")
               + socket.inet_pton(socket.AF_INET6, "ff02::1"))
FORBIDDEN = {
    "another's MAC": frame(IPV4, udp(ADDRESS, 1, 2, b"mac"), source="fa:16:3e:00:00:99"),
    "another's address": frame(IPV4, udp("10.91.0.78", 1, 2, b"ip")),
    "the metadata address": frame(IPV4, udp("169.254.169.254", 1, 2, b"md")),
    "no address": frame(IPV4, udp("0.0.0.0", 1, 2, b"none")),
    "ARP for the gateway": frame(ARP, arp(GATEWAY)),
    "ARP for the metadata address": frame(ARP, arp("169.254.169.254")),
    "ARP with another's MAC inside": frame(ARP, arp(ADDRESS, hardware="fa:16:3e:00:00:99")),
    "a DHCP answer": frame(IPV4, udp(ADDRESS, 67, 68, b"offer")),
    "IPv6": frame(IPV6, IPV6_HEADER + b"v6".ljust(40, b".")),
    "a VLAN": frame(VLAN, struct.pack("!HH", 5, IPV4) + udp(ADDRESS, 1, 2, b"vlan")),
}
ALLOWED = {
    "its own": frame(IPV4, udp(ADDRESS, 1, 2, b"own")),
    "its own ARP": frame(ARP, arp(ADDRESS)),
    "an ARP probe": frame(ARP, arp("0.0.0.0", operation=1)),
    "a DHCP request": frame(IPV4, udp("0.0.0.0", 68, 67, b"discover")),
}
LAST = frame(IPV4, udp(ADDRESS, 1, 2, b"this is the last one"))


def test_a_guest_can_only_be_itself(place):
    place(place.plugger.plug, GUEST, [VIF])
    place.cable(VIF)
    with contextlib.closing(place(_packet_socket, BRIDGE)) as seen, \
            contextlib.closing(inside(place.guest_ns, _packet_socket, "eth0")) as guest:
        for sent in (*FORBIDDEN.values(), *ALLOWED.values(), LAST):
            guest.send(sent)
        arrived = []
        while not arrived or arrived[-1] != LAST:
            arrived.append(seen.recv(2048))
    assert [name for name, sent in FORBIDDEN.items() if sent in arrived] == []
    assert [name for name, sent in ALLOWED.items() if sent not in arrived] == []


def test_without_the_rules_the_frames_would_arrive(place):
    """What the test above relies on: each forbidden frame does reach the bridge when nothing filters it."""
    place(place.plugger.plug, GUEST, [VIF])
    place.cable(VIF)
    place(lambda: subprocess.run(["nft", "flush", "ruleset"], check=True))
    with contextlib.closing(place(_packet_socket, BRIDGE)) as seen, \
            contextlib.closing(inside(place.guest_ns, _packet_socket, "eth0")) as guest:
        for sent in (*FORBIDDEN.values(), LAST):
            guest.send(sent)
        arrived = []
        while not arrived or arrived[-1] != LAST:
            arrived.append(seen.recv(2048))
    missing = [name for name, sent in FORBIDDEN.items() if sent not in arrived]
    assert missing in ([], ["a VLAN"])          # the kernel takes the tag off before we see it


def _plant_in_a_network(place) -> list[str]:
    """Of a network with one port: what no port has."""
    directory, table = ports.NetworkDirectory(NETWORK.id), names.table(BRIDGE)
    place.cable(OTHER)
    part = directory.path / "ports" / f"{STRANGER}_x.json.part"
    part.write_text("{")
    with open(directory.path / "hosts", "a") as hosts:
        hosts.write(f"{OTHER.mac},10.91.0.78,host-10-91-0-78\n")
    place(lambda: subprocess.run(["nft", "add", "chain", "bridge", table, names.tap(OTHER)], check=True))
    return [f"unfinished file {part}", f"DHCP entry {OTHER.mac},10.91.0.78,host-10-91-0-78 of network {NETWORK.id}",
            f"tap {names.tap(OTHER)} in bridge {BRIDGE}", f"filter of {names.tap(OTHER)} in bridge {BRIDGE}"]


def _plant_a_network_without_ports(place) -> list[str]:
    """Its port files are lost, all else is there."""
    pid = place.dnsmasq()
    for path in (ports.NetworkDirectory(NETWORK.id).path / "ports").iterdir():
        path.unlink()
    return [f"dnsmasq {pid} of network {NETWORK.id}", f"filter of {names.tap(VIF)} in bridge {BRIDGE}"]


def _plant_a_network_without_directory(place) -> list[str]:
    pid = place.dnsmasq()
    shutil.rmtree(ports.NetworkDirectory(NETWORK.id).path)
    place(lambda: subprocess.run(["nft", "-f", "-"], input="add table bridge nova_lite_gone\n"
                                 "add chain bridge nova_lite_gone tapgone\n", text=True, check=True))
    return [f"bridge {BRIDGE}", "filters of bridge gone, which is not there", f"dnsmasq {pid} of a network that is not "
            "known"]


@pytest.mark.parametrize("plant", [_plant_in_a_network, _plant_a_network_without_ports,
                                   _plant_a_network_without_directory])
def test_what_is_of_no_port_is_told_and_taken_away_at_the_start(place, plant):
    place(place.plugger.plug, GUEST, [VIF])
    assert place(place.plugger.strays) == []
    planted = plant(place)
    assert sorted(place(place.plugger.strays)) == sorted(planted)
    place(place.plugger.init_host)
    assert place(place.plugger.strays) == []
    if place.plugger.owners():                              # and what is of a port is still there
        place.uncable(OTHER) if place(links.exists, names.tap(OTHER)) else place.cable(VIF)
        assert place.dhcp()["ip"] == ADDRESS
    else:
        assert place(_rules) == "" and not place(links.exists, BRIDGE)


def test_what_others_have_is_left_alone(place):
    """A bridge, and taps in a bridge, that this service did not make."""
    place(place.plugger.plug, GUEST, [VIF])
    own = f"{CONF.network.bridge_prefix}99999999"
    for command in (f"link add {own} type bridge", f"link set {own} alias nova-lite_elsewhere"):
        subprocess.run(["ip", "-n", place.host_ns, *command.split()], check=True)
    assert place(place.plugger.strays) == []
    place(place.plugger.init_host)
    assert place(links.exists, own)


def _packet_socket(interface: str) -> socket.socket:
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    made.bind((interface, 0))
    made.settimeout(30)
    return made


def _rules() -> str:
    return subprocess.check_output(["nft", "list", "ruleset"], text=True).strip()


def _alive(pid: int) -> bool:
    """A zombie is dead, though a signal would find it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
