"""What values network attributes take."""
import pytest

from nova_lite.embedded.network import attributes as a
from nova_lite.embedded.network import subnets


@pytest.mark.parametrize("kind, given, kept", [
    (a.boolean, "true", True), (a.boolean, 0, False), (a.whole(1, 5), "5", 5),
    (a.mac, "FA:16:3E:00:00:01", "fa:16:3e:00:00:01"),
    (a.prefix, "10.0.0.7/24", "10.0.0.7/24"), (a.or_none(a.address), None, None), (a.items(a.address), None, []),
    (a.fields({"x": a.boolean}), {"x": "1"}, {"x": True}),
])
def test_kept(kind, given, kept):
    assert kind(given) == kept


@pytest.mark.parametrize("kind, given", [
    (a.boolean, "maybe"), (a.boolean, None), (a.whole(1, 5), 6), (a.whole(1, 5), True), (a.whole(1, 5), 1.0),
    (a.whole(1, 5), "x"), (a.mac, "01:00:00:00:00:01"), (a.mac, "x"), (a.mac, 1), (a.address, "::1"), (a.address, 1),
    (a.prefix4, "10.0.0.1/24"), (a.prefix, 1), (a.uuid_text, 1), (a.uuid_text, "x"), (a.text(2), "xxx"),
    (a.text(), "\0"),
    (a.only(4), 6), (a.items(a.address), "x"), (a.fields({"x": a.boolean}), {}), (a.fields({}), {"x": 1}),
])
def test_refused(kind, given):
    with pytest.raises((ValueError, TypeError)):
        kind(given)


@pytest.mark.parametrize("cidr, gateway, address", [
    ("10.0.0.0/24", "10.0.0.1", "10.0.0.1"), ("10.0.0.0/24", "10.0.0.254", "10.0.0.254"),
    ("10.0.0.0/24", None, "10.0.0.1"),
])
def test_bridge_address(cidr, gateway, address):
    assert subnets.addresses.text(subnets.bridge_address(cidr, gateway)) == address


def test_default_pools_go_round_the_gateway():
    net = subnets.ipaddress.IPv4Network("10.0.0.0/29")
    assert subnets._default_pools(net, "10.0.0.3") == [
        {"start": "10.0.0.1", "end": "10.0.0.2"}, {"start": "10.0.0.4", "end": "10.0.0.6"}]
    assert subnets._default_pools(net, "10.0.0.6") == [{"start": "10.0.0.1", "end": "10.0.0.5"}]
