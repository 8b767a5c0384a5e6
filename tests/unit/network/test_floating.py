"""Floating IPs as nft's text."""
import pytest

pytest.importorskip("pyroute2")
from nova_lite.models import FloatingAddress, PortSecurity  # noqa: E402
from nova_lite.network.host import floating  # noqa: E402
from tests.unit.virt.samples import NETWORK, VIF  # noqa: E402

FIXED, ADDRESS = VIF.fixed_ips[0].address, "203.0.113.5"


def told(*found: tuple[str, str]) -> dict[str, PortSecurity]:
    return {VIF.id: PortSecurity(VIF.id, (), tuple(FloatingAddress(*item) for item in found))}


def test_which_are_translated():
    assert floating.of([VIF], {}) == floating.of([VIF], told()) == {}
    assert floating.of([VIF], told((ADDRESS, FIXED), ("203.0.113.6", FIXED), ("203.0.113.7", "10.99.0.1"))) == {
        ADDRESS: FIXED}, "one for an address, and only for the interface's own"
    with pytest.raises(ValueError):
        floating.of([VIF], told(("203.0.113.5 }; flush ruleset", FIXED)))


def test_the_rules():
    text = "\n".join(floating.chains(NETWORK, {ADDRESS: FIXED, "203.0.113.6": "10.0.0.6"}))
    assert text.count(f"dnat to ip daddr map {{ {ADDRESS} : {FIXED}, 203.0.113.6 : 10.0.0.6 }}") == 2
    assert text.count(f"snat to ip saddr map {{ {FIXED} : {ADDRESS}, 10.0.0.6 : 203.0.113.6 }}") == 1
    assert floating.chains(NETWORK, {}) == []
