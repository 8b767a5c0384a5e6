"""Interfaces that are taken from guests: what libvirt is asked, in which order, and who is waited for."""
import pytest

libvirt = pytest.importorskip("libvirt")
from nova_lite import exceptions  # noqa: E402
from nova_lite.conf import CONF  # noqa: E402
from nova_lite.virt.libvirt import interfaces  # noqa: E402

MAC = "fa:16:3e:00:00:01"
INTERFACE = f"<interface type='bridge'><mac address='{MAC}'/><alias name='net0'/></interface>"
RUNNING, PAUSED, OFF = (libvirt.VIR_DOMAIN_RUNNING, libvirt.VIR_DOMAIN_PAUSED, libvirt.VIR_DOMAIN_SHUTOFF)


class Domain:
    """A domain with one interface; ``lets_go``: the guest does when it is asked."""

    def __init__(self, state, lets_go=True):
        self._state, self._lets_go, self.asked = state, lets_go, []
        self.live, self.config = state != OFF, True

    def state(self):
        return [self._state, 0]

    def XMLDesc(self, flags=0):
        there = self.config if flags & libvirt.VIR_DOMAIN_XML_INACTIVE else self.live
        return f"<domain><devices>{INTERFACE if there else ''}</devices></domain>"

    def detachDeviceFlags(self, text, where):
        assert MAC in text
        self.asked.append(where)
        if where == interfaces.CONFIG:
            self.config = False
        elif self._lets_go:
            self.live = False

    def detachDeviceAlias(self, alias, where):
        self.asked.append((alias, where))


class Guest:
    def __init__(self, *args, **kwargs):
        self.domain = Domain(*args, **kwargs)

    def running(self):
        return self.domain.state()[0] != OFF


class Clock:
    """Time that passes at each look."""

    def __init__(self):
        self._now = 0.0

    def monotonic(self):
        self._now += 5
        return self._now

    def sleep(self, _seconds):
        pass


def test_of_a_running_guest_and_of_one_that_is_off():
    guest = Guest(RUNNING)
    assert interfaces.detach(guest, MAC) is True and guest.domain.asked == [interfaces.LIVE, interfaces.CONFIG]
    guest = Guest(OFF)
    assert interfaces.detach(guest, MAC) is True and guest.domain.asked == [interfaces.CONFIG]
    assert interfaces.detach(guest, MAC) is True and guest.domain.asked == [interfaces.CONFIG], "once is enough"


def test_an_attached_interface_is_where_nothing_is_and_nothing_lingers(monkeypatch):
    def address(slot):
        return f"<address type='pci' domain='0x0000' bus='0x00' slot='{slot:#04x}' function='0x0'/>"

    lingers = f"<interface><mac address='{MAC}'/>{address(4)}</interface>"
    texts = {True: f"<disk>{address(3)}</disk><controller type='pci'/>", False: lingers}
    guest = Guest(RUNNING)
    monkeypatch.setattr(guest.domain, "XMLDesc", lambda flags=0: (
        f"<domain><devices>{texts[bool(flags & libvirt.VIR_DOMAIN_XML_INACTIVE)]}</devices></domain>"))
    assert interfaces.place(guest, "fa:16:3e:00:00:02") == "0000:00:05.0"
    assert interfaces.place(guest, MAC) == "0000:00:04.0", "asked twice, it is there already"


def test_a_paused_guest_is_asked_and_not_waited_for():
    guest = Guest(PAUSED)
    assert interfaces.macs(guest) == {MAC}
    assert interfaces.detach(guest, MAC) is False
    assert guest.domain.asked == [("net0", interfaces.LIVE), interfaces.CONFIG]
    assert interfaces.macs(guest) == set(), "it is nobody's to look after before the guest goes on"


def test_a_guest_that_does_not_let_go_keeps_it(monkeypatch):
    monkeypatch.setattr(interfaces, "time", Clock())
    guest = Guest(RUNNING, lets_go=False)
    with pytest.raises(exceptions.DeviceDetachFailed):
        interfaces.detach(guest, MAC)
    assert guest.domain.asked == [interfaces.LIVE] * CONF.libvirt.device_detach_attempts and guest.domain.config
