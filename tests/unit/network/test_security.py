"""Security groups as nft's text."""
import pytest

pytest.importorskip("pyroute2")
from nova_lite.models import PortSecurity, SecurityRule  # noqa: E402
from nova_lite.network.host import security  # noqa: E402
from tests.unit.virt.samples import NETWORK, VIF  # noqa: E402


@pytest.mark.parametrize("rule, text", [
    (SecurityRule("ingress"), ""),
    (SecurityRule("ingress", remotes=("0.0.0.0/0",)), ""),
    (SecurityRule("ingress", remotes=()), None),
    (SecurityRule("ingress", "tcp"), "meta l4proto 6"),
    (SecurityRule("ingress", "tcp", 22, 22), "meta l4proto 6 ct original proto-dst 22-22"),
    (SecurityRule("egress", "17", 1, 65535, ("10.0.0.0/8",)),
     "ct original ip daddr { 10.0.0.0/8 } meta l4proto 17 ct original proto-dst 1-65535"),
    (SecurityRule("ingress", "tcp", 80, 81, ("10.0.0.9", "10.0.0.4", "10.0.0.5")),
     "ct original ip saddr { 10.0.0.4/31, 10.0.0.9 } meta l4proto 6 ct original proto-dst 80-81"),
    (SecurityRule("ingress", "icmp"), "meta l4proto 1"),
    (SecurityRule("ingress", "icmp", 8, 0), "meta l4proto 1 ct original proto-dst 2048-2048"),
    (SecurityRule("ingress", "icmp", 8), "meta l4proto 1 ct original proto-dst 2048-2303"),
    (SecurityRule("ingress", "ipv6-icmp"), None),
    (SecurityRule("ingress", "51"), "meta l4proto 51"),
])
def test_a_rule(rule, text):
    assert security._match(rule) == text


def test_what_comes_from_elsewhere_is_no_text_of_nfts():
    for rule in (SecurityRule("ingress", "tcp; drop"), SecurityRule("ingress", "tcp accept", 1, 2)):
        assert security._match(rule) is None
    with pytest.raises(ValueError):
        security._match(SecurityRule("ingress", remotes=("0.0.0.0/0 }; flush ruleset",)))


def test_a_port_of_which_nothing_was_told_is_closed():
    text = "\n".join(security.chains(NETWORK, [VIF], {}))
    told = "\n".join(security.chains(NETWORK, [VIF], {VIF.id: PortSecurity(VIF.id, (
        SecurityRule("ingress", "tcp", 22, 22), SecurityRule("egress")))}))
    opened = "meta l4proto 6 ct original proto-dst 22-22 accept"
    assert opened not in text and opened in told
    assert text.count("drop") == told.count("drop") == 2
    assert "ct original ip daddr 169.254.169.254 ct original proto-dst 80 accept" in text, "its metadata it always gets"
    assert "to_tapaabbccdd-ee" in text and f"ip daddr vmap {{ {VIF.fixed_ips[0].address} : jump to_" in text


def test_frames_for_others_do_not_reach_a_tap():
    [line] = security.own_addresses_only([VIF])
    assert line.strip() == f'oifname "tapaabbccdd-ee" ether type ip ip daddr != {{ {VIF.fixed_ips[0].address} }} drop'
    [line] = security.own_addresses_only([VIF.replace(fixed_ips=())])
    assert line.strip() == 'oifname "tapaabbccdd-ee" ether type ip drop'
