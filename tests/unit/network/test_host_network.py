"""The texts that are given to nft and dnsmasq, and the names they are made of."""
import pathlib

import pytest

pytest.importorskip("pyroute2")
from nova_lite.conf import CONF  # noqa: E402
from nova_lite.network.host import dhcp, dhcp_release, firewall, links, names  # noqa: E402
from tests.unit import golden  # noqa: E402
from tests.unit.virt.samples import NETWORK, SUBNET, VIF  # noqa: E402

GOLDEN = pathlib.Path(__file__).parent / "golden"
OTHER = VIF.replace(id="aabbccdd-ffff-4000-8000-000000000002", mac="fa:16:3e:01:02:04", devname=None, fixed_ips=(
    VIF.fixed_ips[0].replace(address="10.20.0.6"),))


def test_names_fit_an_interface():
    assert names.bridge(NETWORK) == "nlbrc0ffee00"
    assert names.tap(OTHER) == "tapaabbccdd-ff"
    assert max(len(names.bridge(NETWORK)), len(names.tap(OTHER))) <= names.IFNAMSIZ
    assert names.bridge(NETWORK.replace(bridge="br-ex")) == "br-ex"


def test_a_bridges_mac_is_its_hosts_own_and_no_multicast():
    one, other = names.bridge_mac("host1", NETWORK.id), names.bridge_mac("host2", NETWORK.id)
    assert one != other
    assert one == names.bridge_mac("host1", NETWORK.id)
    assert int(one[:2], 16) & 3 == 2        # locally administered, one receiver


def test_anti_spoofing():
    golden.compare(GOLDEN / "bridge.nft", firewall.bridge_table(NETWORK, [VIF, OTHER]))


def test_a_port_without_an_address_may_send_nothing_but_dhcp():
    text = firewall.bridge_table(NETWORK, [VIF.replace(fixed_ips=())])
    assert "ip saddr {  }" not in text
    assert text.count("accept") == 2 + 2    # probes and DHCP; the chains' policies


def test_translation():
    golden.compare(GOLDEN / "nat.nft", firewall.ip_table(NETWORK, "nlbr", True, ("169.254.169.254", 8775)))


def test_without_an_outside_and_with_metadata_where_guests_ask():
    text = firewall.ip_table(NETWORK, "nlbr", False, ("169.254.169.254", 80))
    assert "masquerade" not in text
    assert "dnat to" not in text
    assert 'oifname "nlbr*"' in text        # guests of other networks cannot be reached by way of this host


def test_dnsmasq_configuration():
    text = dhcp.config(NETWORK, pathlib.Path("/state/network/net"), "", "novalocal")
    golden.compare(GOLDEN / "dnsmasq.conf", text)


def test_dns_of_the_host_where_the_subnet_has_none():
    network = NETWORK.replace(subnets=(SUBNET.replace(dns=()),))
    assert "dns-server,1.1.1.1" in dhcp.config(network, pathlib.Path("/n"), "1.1.1.1", "")
    assert "dns-server" not in dhcp.config(network, pathlib.Path("/n"), "", "")


def test_a_subnet_without_a_gateway_gets_no_router():
    lines = dhcp.config(NETWORK.replace(subnets=(SUBNET.replace(gateway=None),)), pathlib.Path("/n"), "", "").split()
    assert "dhcp-option=tag:subnet0,option:router" in lines
    assert not any("0.0.0.0/0" in line for line in lines)


def test_each_mac_has_its_address():
    assert dhcp.hosts([VIF, OTHER]) == ("fa:16:3e:01:02:03,10.20.0.5,host-10-20-0-5\n"
                                        "fa:16:3e:01:02:04,10.20.0.6,host-10-20-0-6\n")


def test_release_packet():
    packet = dhcp_release.packet("10.20.0.1", "10.20.0.5", "fa:16:3e:01:02:03", b"abcd")
    assert packet[:8] == bytes((1, 1, 6, 0)) + b"abcd"
    assert packet[12:16] == bytes((10, 20, 0, 5))
    assert packet[28:34] == bytes.fromhex("fa163e010203")
    assert packet[236:240] == bytes((99, 130, 83, 99))
    assert packet[240:250] == bytes((53, 1, 7, 54, 4, 10, 20, 0, 1, 255))


@pytest.mark.parametrize("nat, subnet, expected", [
    (True, SUBNET, ["10.20.0.1/24", "169.254.169.254/32"]),
    (True, SUBNET.replace(dhcp_server="10.20.0.2"), ["10.20.0.2/24", "10.20.0.1/24", "169.254.169.254/32"]),
    (False, SUBNET.replace(dhcp_server="10.20.0.2"), ["10.20.0.2/24", "169.254.169.254/32"]),
    (False, SUBNET.replace(dhcp_server=None), ["10.20.0.1/24", "169.254.169.254/32"]),
    (True, SUBNET.replace(version=6), ["169.254.169.254/32"]),
])
def test_addresses_of_a_bridge(nat, subnet, expected):
    CONF.set_override("nat", nat, "network")
    try:
        assert links.bridge_addresses(NETWORK.replace(subnets=(subnet,))) == expected
    finally:
        CONF.clear_override("nat", "network")
