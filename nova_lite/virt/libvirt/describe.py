"""From an instance and its files to the domain's XML.  Called by spawn and hard reboot; does not touch libvirt."""
import dataclasses
import datetime
import functools
import importlib.metadata
import pathlib
from collections.abc import Sequence

from oslo_utils import strutils

from nova_lite.conf import CONF
from nova_lite.models import Instance, Vif
from nova_lite.models.block_device import ROOT
from nova_lite.network.host import names
from nova_lite.virt.libvirt import layout
from nova_lite.virt.libvirt.xml.boot import Boot
from nova_lite.virt.libvirt.xml.cdrom import Cdrom, bus_for
from nova_lite.virt.libvirt.xml.channel import Channel
from nova_lite.virt.libvirt.xml.cpu import Cpu
from nova_lite.virt.libvirt.xml.disk import Disk
from nova_lite.virt.libvirt.xml.domain import Domain
from nova_lite.virt.libvirt.xml.graphics import Graphics
from nova_lite.virt.libvirt.xml.interface import Interface
from nova_lite.virt.libvirt.xml.memballoon import Memballoon
from nova_lite.virt.libvirt.xml.metadata import NovaMetadata, OwnMetadata
from nova_lite.virt.libvirt.xml.node import Device
from nova_lite.virt.libvirt.xml.rescue import RescueDisk
from nova_lite.virt.libvirt.xml.rng import Rng
from nova_lite.virt.libvirt.xml.serial import Serial
from nova_lite.virt.libvirt.xml.sysinfo import Sysinfo
from nova_lite.virt.libvirt.xml.video import Video

SERIAL_LENGTH = 20              # characters of a virtio disk's serial number; longer ones are cut by the guest


@functools.cache
def _version() -> str:
    try:
        return importlib.metadata.version("nova-lite")
    except importlib.metadata.PackageNotFoundError:
        return "0"


def places_devices() -> bool:
    """Whether guests are of a machine with one PCI bus, where it can be said which address a device has."""
    return CONF.libvirt.machine_type.startswith("pc") and "q35" not in CONF.libvirt.machine_type


def disks(instance: Instance, cache: str) -> list[Disk]:
    """The disks that the guest's directory holds, in the order the guest sees them."""
    uuid = instance.uuid
    files, root = layout.GuestFiles(uuid), [one for one in instance.block_devices or () if one.name == ROOT]
    found = [Disk(str(files.root), "qcow2", "vda", uuid, cache,
                  root[0].pci_address if root and places_devices() else None)]
    for path, name in ((files.ephemeral, "ephemeral0"), (files.swap, "swap0")):
        if path.exists():
            target = "vd" + "abc"[len(found)]
            found.append(Disk(str(path), "raw", target, f"{name}-{uuid}"[:SERIAL_LENGTH], cache))
    return found


def has_agent(instance: Instance) -> bool:
    """Whether the image says that its guests have QEMU's agent."""
    return strutils.bool_from_string(instance.image_meta.properties.get("hw_qemu_guest_agent", ""))


def interface(vif: Vif) -> Interface:
    return Interface(vif.mac, names.bridge(vif.network), names.tap(vif), vif.network.mtu,
                     vif.pci_address if places_devices() else None)


def domain(instance: Instance, vifs: Sequence[Vif], cache: str) -> Domain:
    """``cache``: QEMU's cache mode for the disks (what the filesystem can do)."""
    files = layout.GuestFiles(instance.uuid)
    return _domain(instance, vifs, disks(instance, cache), files.config_drive)


def rescue_domain(instance: Instance, vifs: Sequence[Vif], cache: str, device: str | None = None,
                  bus: str | None = None) -> Domain:
    """Of a rescued guest: the rescue disk and its own root disk behind it, or, with ``device`` or ``bus``, all of its
    disks where they are and the rescue disk, as such a one, behind them."""
    files, own = layout.GuestFiles(instance.uuid), disks(instance, cache)
    if device or bus:
        device = device or "disk"
        bus = bus or {"cdrom": bus_for(CONF.libvirt.machine_type), "floppy": "fdc"}.get(device, "virtio")
        # sda may be the config drive's
        target = {"virtio": "vd" + "abcd"[len(own)], "ide": "hda", "fdc": "fda"}.get(bus, "sdb")
        found = [*own, RescueDisk(str(files.rescue), target, device, bus, cache)]
    else:
        found = [RescueDisk(str(files.rescue), cache=cache),
                 dataclasses.replace(own[0], target="vdb", pci_address=None)]
    drive = files.rescue_config_drive if files.rescue_config_drive.exists() else files.config_drive
    return _domain(instance, vifs, found, drive, Boot(CONF.libvirt.machine_type, device=None))


def _domain(instance: Instance, vifs: Sequence[Vif], found: Sequence[Device], config_drive: pathlib.Path,
            boot: Boot | None = None) -> Domain:
    conf, files = CONF.libvirt, layout.GuestFiles(instance.uuid)
    devices = [*found]
    if config_drive.exists():
        devices.append(Cdrom(str(config_drive), bus_for(conf.machine_type)))
    devices += map(interface, vifs)
    devices.append(Serial(str(files.console_log)))
    if has_agent(instance):
        devices.append(Channel())
    if CONF.vnc.enabled:
        devices += [Graphics(str(CONF.vnc.server_listen)), Video()]
    devices.append(Memballoon())
    if conf.rng:
        devices.append(Rng())
    return Domain(
        name=domain_name(instance.uuid), virt_type=conf.virt_type, memory_mb=instance.flavor.memory_mb,
        vcpus=instance.flavor.vcpus,
        own=OwnMetadata(instance.uuid, instance.attempt, str(layout.home())),
        nova=NovaMetadata(_version(), instance.display_name,
                          instance.created_at or datetime.datetime.now(datetime.UTC), instance.flavor,
                          instance.user_id, instance.project_id, instance.image_ref),
        sysinfo=Sysinfo(instance.uuid, _version()), boot=boot or Boot(conf.machine_type),
        cpu=Cpu(conf.cpu_mode, conf.cpu_model), devices=tuple(devices))


def domain_name(uuid: str) -> str:
    template = CONF.libvirt.instance_name_template
    return template % uuid[:8] if "%s" in template else template + uuid[:8]
