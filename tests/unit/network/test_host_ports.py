"""The port files: what is plugged, also after a crash."""
import pytest

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.network.host import ports
from tests.unit.virt.samples import NETWORK, UUID, VIF

OTHER = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(autouse=True)
def state_path(tmp_path):
    CONF.set_override("state_path", str(tmp_path))
    yield tmp_path
    CONF.clear_override("state_path")


def plug(uuid):
    directory = ports.NetworkDirectory(NETWORK.id)
    with directory.locked():
        directory.add(uuid, VIF)
    return directory


def test_nothing_is_plugged_at_first():
    assert ports.owners() == set()
    assert ports.all_networks() == []


def test_what_is_plugged_is_found_again():
    plug(UUID)
    assert ports.owners() == {UUID}
    assert [d.network_id for d in ports.networks_of(UUID)] == [NETWORK.id]
    assert ports.all_networks()[0].ports() == [ports.Port(UUID, VIF)]


def test_a_guests_ports_go_and_others_stay():
    directory = plug(UUID)
    plug(OTHER)
    directory.remove(UUID)
    directory.remove(UUID)
    assert ports.owners() == {OTHER}


def test_a_spoilt_file_still_has_an_owner_who_can_be_cleaned_up():
    directory = plug(UUID)
    next(directory.path.glob("ports/*")).write_text('{"id": ')
    assert directory.ports() == []
    assert ports.owners() == {UUID}
    directory.remove(UUID)
    assert ports.owners() == set()


def test_an_unchanged_file_is_not_written():
    path = ports.root() / "x"
    path.parent.mkdir()
    assert ports.write_file(path, "a") is True
    assert ports.write_file(path, "a") is False
    assert ports.write_file(path, "b") is True


def test_a_directory_that_dnsmasq_cannot_enter_is_told_at_the_start(state_path):
    (state_path / "closed").mkdir(mode=0o700)
    CONF.set_override("state_path", str(state_path / "closed" / "state"))
    with pytest.raises(exceptions.NovaLiteError, match=r"state_path = .*chmod o\+x"):
        ports.open_root()


@pytest.mark.parametrize("vif", [
    VIF.replace(mac="fa:16:3e:01:02:03 accept"),
    VIF.replace(devname='x"; drop'),
    VIF.replace(network=NETWORK.replace(bridge="a b")),
    VIF.replace(fixed_ips=(VIF.fixed_ips[0].replace(address="10.0.0.1 }"),)),
    VIF.replace(network=NETWORK.replace(subnets=(NETWORK.subnets[0].replace(dns=("1.1.1.1\nport=53",)),))),
    VIF.replace(network=NETWORK.replace(subnets=(NETWORK.subnets[0].replace(routes=({"destination": "0/0"},)),))),
])
def test_values_that_would_be_rules_are_refused(vif):
    with pytest.raises(exceptions.NovaLiteError, match="cannot be plugged"):
        ports.check(vif)
