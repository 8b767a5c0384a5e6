"""Interfaces of a domain that exists, given and taken while it runs or is off.

A domain has two descriptions: of the guest that runs (live), and of its next start (config).  Both are changed, each
only when it is not yet as it should be, so that every call may be repeated.
"""
import contextlib
import time
from xml.etree import ElementTree

import libvirt

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.virt import pci
from nova_lite.virt.libvirt.guests import OwnGuest
from nova_lite.virt.libvirt.xml import address
from nova_lite.virt.libvirt.xml.interface import Interface
from nova_lite.virt.libvirt.xml.node import render

LIVE, CONFIG = libvirt.VIR_DOMAIN_AFFECT_LIVE, libvirt.VIR_DOMAIN_AFFECT_CONFIG
POLL = 0.1                      # seconds between looks at a guest that lets go of a device


def macs(guest: OwnGuest) -> set[str]:
    """Of all its interfaces, in either description; without those that a paused guest was asked to let go of."""
    return {*_found(guest, CONFIG), *(() if _is_paused(guest) else _found(guest, LIVE))}


def place(guest: OwnGuest, mac: str) -> str | None:
    """The PCI address that an interface has or may have: one and the same in both descriptions; None: none is free."""
    devices = [device for where in (CONFIG, LIVE) for device in _devices(guest, where)]
    for device in devices:
        if device.tag == "interface" and _mac(device) == mac:
            return address.pci_of(device)
    return next(pci.free(map(address.pci_of, devices)), None)


def attach(guest: OwnGuest, interface: Interface) -> None:
    text = render(interface.element())
    for where in (CONFIG, LIVE):
        if (where == CONFIG or guest.running()) and interface.mac not in _found(guest, where):
            guest.domain.attachDeviceFlags(text, where)


def detach(guest: OwnGuest, mac: str) -> bool:
    """From the guest first: while it has the device, the next start must have it too.  Raises DeviceDetachFailed.

    False: the guest is paused, so it cannot let go of the device before it goes on; it is asked to, and will not be
    waited for.
    """
    if paused := _is_paused(guest):
        _ask_paused(guest, mac)
    else:
        _wait_until_gone(guest, mac)
    if element := _found(guest, CONFIG).get(mac):
        guest.domain.detachDeviceFlags(element, CONFIG)
    return not paused


def _is_paused(guest: OwnGuest) -> bool:
    return guest.domain.state()[0] == libvirt.VIR_DOMAIN_PAUSED


def _ask_paused(guest: OwnGuest, mac: str) -> None:
    """``_asked`` would wait some seconds for an answer."""
    if text := _found(guest, LIVE).get(mac):
        alias = ElementTree.fromstring(text).find("alias").attrib["name"]
        with _done_already():
            guest.domain.detachDeviceAlias(alias, LIVE)


def _wait_until_gone(guest: OwnGuest, mac: str) -> None:
    for _ in range(CONF.libvirt.device_detach_attempts):
        if not _asked(guest, mac):
            break
        until = time.monotonic() + CONF.libvirt.device_detach_timeout
        while mac in _found(guest, LIVE) and time.monotonic() < until:
            time.sleep(POLL)
    if mac in _found(guest, LIVE):
        raise exceptions.DeviceDetachFailed(device=mac, reason="the guest does not let go of it")


def _asked(guest: OwnGuest, mac: str) -> bool:
    """Whether the guest has the device, and was asked to let go of it."""
    element = _found(guest, LIVE).get(mac)
    if element is None:
        return False
    with _done_already():
        guest.domain.detachDeviceFlags(element, LIVE)
    return True


@contextlib.contextmanager
def _done_already():
    """The guest lets go of a device already; it has done so; it went off meanwhile."""
    try:
        yield
    except libvirt.libvirtError as exc:
        if exc.get_error_code() not in (libvirt.VIR_ERR_OPERATION_FAILED, libvirt.VIR_ERR_DEVICE_MISSING,
                                        libvirt.VIR_ERR_OPERATION_INVALID):
            raise


def _found(guest: OwnGuest, where: int) -> dict[str, str]:
    """{MAC: XML} of one description; of a guest that is off there is no live one."""
    return {_mac(device): ElementTree.tostring(device, encoding="unicode")
            for device in _devices(guest, where) if device.tag == "interface"}


def _devices(guest: OwnGuest, where: int) -> list[ElementTree.Element]:
    if where == LIVE and not guest.running():
        return []
    text = guest.domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE if where == CONFIG else 0)
    return list(ElementTree.fromstring(text).iterfind("devices/*"))


def _mac(interface: ElementTree.Element) -> str:
    return interface.find("mac").attrib["address"]
