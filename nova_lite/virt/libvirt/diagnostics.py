"""What libvirt counts of a running guest."""
from xml.etree import ElementTree

from nova_lite.models import Diagnostics
from nova_lite.models.diagnostics import CpuUsage, DiskUsage, NicUsage
from nova_lite.virt.libvirt.guests import OwnGuest


def of(guest: OwnGuest, virt_type: str) -> Diagnostics:
    domain = guest.domain
    devices = ElementTree.fromstring(domain.XMLDesc()).find("devices")
    _state, maximum, used, *_ = domain.info()
    return Diagnostics(
        driver="libvirt", hypervisor=virt_type, power_state=guest.power()[0], memory_maximum_kb=maximum,
        memory_used_kb=used, cpus=tuple(CpuUsage(number, time) for number, _, time, _ in domain.vcpus()[0]),
        disks=tuple(_disk(domain, disk.find("target").get("dev")) for disk in devices.findall("disk")),
        nics=tuple(_nic(domain, nic.find("target").get("dev"), nic.find("mac").get("address"))
                   for nic in devices.findall("interface")))


def _disk(domain, name: str) -> DiskUsage:
    read_requests, read_bytes, write_requests, write_bytes, errors = domain.blockStats(name)
    return DiskUsage(name, read_bytes, read_requests, write_bytes, write_requests, max(errors, 0))    # -1: not counted


def _nic(domain, name: str, mac: str) -> NicUsage:
    """libvirt's order is ours: octets, packets, errors, drops, received before sent."""
    return NicUsage(name, mac, *domain.interfaceStats(name))
