"""What guests leave on a machine: QEMU processes, bridges, DHCP servers, packet filters.

Only what belongs to one data directory is touched: domains with their disks in it, and the networks that
``DATA/network`` names (see nova_lite/network/host/ports.py for its layout).
"""
import contextlib
import pathlib
import shutil
import subprocess

from tools.stack import libvirt, process

FAMILIES = ("bridge", "ip")


def destroy_guests(data: pathlib.Path, *, forget: bool) -> int:
    """Switch off the guests whose disks are under ``data``; ``forget`` also undefines them.  How many."""
    ended = 0
    if shutil.which("virsh") and libvirt.accepts(libvirt.SOCKET):
        for name in libvirt.virsh("list", "--all", "--name").stdout.split():
            if f"'{data}/" not in libvirt.virsh("dumpxml", name).stdout:
                continue
            ended += libvirt.virsh("destroy", name).returncode == 0
            if forget:
                libvirt.virsh("undefine", name, "--managed-save", "--snapshots-metadata", "--nvram")
    for pid in process.all_pids():                      # of a libvirtd that is gone
        if _runs(pid, "qemu-system", data):
            process.end(pid, 5)
            ended += 1
    return ended


def remove_network(data: pathlib.Path) -> int:
    """End DHCP servers, delete bridges and nft tables.  How many."""
    removed = 0
    for pid in process.all_pids():
        if _runs(pid, "dnsmasq", data):
            process.end(pid, 5)
            removed += 1
    for bridge in _bridges(data):
        commands = [["ip", "link", "delete", bridge]]
        if shutil.which("nft"):
            commands += [["nft", "delete", "table", family, f"nova_lite_{bridge}"] for family in FAMILIES]
        for command in commands:
            removed += subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    return removed


def _runs(pid, program, data) -> bool:
    words = process.command_line(pid)
    return program in words[0] and any(f"{data}/" in word for word in words[1:]) if words else False


def _bridges(data) -> list[str]:
    names = []
    for path in sorted(data.glob("network/*/bridge")):
        with contextlib.suppress(OSError):
            names.append(path.read_text().strip())
    return [name for name in names if name]
