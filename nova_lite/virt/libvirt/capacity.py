"""What the host has, as libvirt and the filesystem say."""
import os
from xml.etree import ElementTree

import libvirt

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import HostResources
from nova_lite.virt.libvirt import layout

GIB = 1 << 30


def available_resource(conn: libvirt.virConnect) -> HostResources:
    """Memory in MiB, disk in whole GiB of the filesystem that holds the guests."""
    _, _, cpus, *_ = conn.getInfo()         # its memory leaves out what was plugged in after the boot
    memory_mb = conn.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS)["total"] // 1024
    filesystem = os.statvfs(layout.home())
    capabilities = ElementTree.fromstring(conn.getCapabilities())
    return HostResources(
        vcpus=cpus, memory_mb=memory_mb, local_gb=filesystem.f_frsize * filesystem.f_blocks // GIB,
        hypervisor_hostname=conn.getHostname(), hypervisor_type=conn.getType(), hypervisor_version=conn.getVersion(),
        cpu_info=_cpu_info(capabilities), supported_instances=_supported(capabilities))


def cpu_times(conn: libvirt.virConnect) -> tuple[dict[str, int], int]:
    """As the driver's ``cpu_times``."""
    found = conn.getCPUStats(libvirt.VIR_NODE_CPU_STATS_ALL_CPUS)
    return {part: found.get(part, 0) for part in ("kernel", "idle", "user", "iowait")}, conn.getInfo()[3]


def check(conn: libvirt.virConnect) -> None:
    """Raises NovaLiteError when this hypervisor cannot run what the options ask for."""
    conf = CONF.libvirt
    try:
        conn.getDomainCapabilities(None, None, conf.machine_type, conf.virt_type)
    except libvirt.libvirtError as exc:
        raise exceptions.NovaLiteError(
            f"[libvirt] virt_type = {conf.virt_type}, machine_type = {conf.machine_type}: {exc}") from exc


def _cpu_info(capabilities: ElementTree.Element) -> dict:
    cpu = capabilities.find("host/cpu")
    if cpu is None:
        return {}
    topology = cpu.find("topology")
    return {
        "arch": cpu.findtext("arch", ""), "model": cpu.findtext("model", ""), "vendor": cpu.findtext("vendor", ""),
        "topology": {key: int(value) for key, value in (topology.attrib if topology is not None else {}).items()
                     if key in ("sockets", "cores", "threads")},
        "features": sorted(feature.get("name", "") for feature in cpu.findall("feature")),
    }


def _supported(capabilities: ElementTree.Element) -> tuple[tuple, ...]:
    """(architecture, domain type, vm mode) of everything the hypervisor can run, with our virt_type only."""
    found = set()
    for guest in capabilities.findall("guest"):
        arch = guest.find("arch")
        if arch is not None:
            kinds = {domain.get("type") for domain in arch.findall("domain")}
            if CONF.libvirt.virt_type in kinds:
                found.add((arch.get("name"), CONF.libvirt.virt_type, guest.findtext("os_type", "hvm")))
    return tuple(sorted(found))
