"""libvirt's daemons without systemd: those that run are used, else our own are started (and stopped)."""
import contextlib
import dataclasses
import grp
import os
import pathlib
import socket
import subprocess

from tools.stack import process
from tools.stack.errors import StackError

SOCKET = pathlib.Path("/run/libvirt/libvirt-sock")
KVM = pathlib.Path("/dev/kvm")
LOG_SOCKET = pathlib.Path("/run/libvirt/virtlogd-sock")


def accepts(path: pathlib.Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def open_kvm() -> None:
    """Without udev (in a container) give /dev/kvm to the group that udev's rule gives it to.

    Where QEMU's user cannot open a /dev/kvm that libvirtd can, libvirt throws away what it knows of QEMU and
    probes it anew at each call, for 7 seconds.
    """
    if not KVM.exists() or pathlib.Path("/run/udev/control").exists():
        return
    with contextlib.suppress(KeyError, OSError):        # no such group, or a device that may not be changed
        os.chown(KVM, -1, grp.getgrnam("kvm").gr_gid)
        KVM.chmod(0o660)


def virsh(*arguments: str) -> subprocess.CompletedProcess:
    """virsh on qemu:///system, never asking anything."""
    return subprocess.run(["virsh", "-q", "-c", "qemu:///system", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)


@dataclasses.dataclass(frozen=True)
class LibvirtDaemons:
    """``run_dir`` and ``log_dir`` take records and logs of the ones that we started."""

    run_dir: pathlib.Path
    log_dir: pathlib.Path

    def running(self) -> bool:
        return accepts(SOCKET) and accepts(LOG_SOCKET)

    def start(self) -> list[str]:
        """Names of those that had to be started.  Raises StackError when they do not come up."""
        started = []
        if not accepts(SOCKET):
            open_kvm()
        # virtlogd first: libvirtd starts no guest with a console log without it
        for name, path in (("virtlogd", LOG_SOCKET), ("libvirtd", SOCKET)):
            if accepts(path):
                continue
            daemon = self._daemon(name)
            daemon.start([name])
            process.wait_until(lambda path=path, daemon=daemon: accepts(path) or not daemon.pid(), 30)
            if not accepts(path):
                raise StackError(f"{name} did not start", daemon.log)
            started.append(name)
        result = virsh("version")
        if result.returncode:
            raise StackError(f"libvirt does not answer: {result.stderr.strip()}", self._daemon("libvirtd").log)
        return started

    def stop(self) -> bool:
        """Stop the ones that we started, unless guests of somebody else run."""
        mine = [self._daemon(name) for name in ("libvirtd", "virtlogd")]
        if not any(daemon.pid() for daemon in mine):
            return False
        if self.foreign_guests():
            return False
        return any([daemon.stop() for daemon in mine])

    def foreign_guests(self) -> list[str]:
        """Running guests: when nova-lite's own are gone, these are somebody else's."""
        return virsh("list", "--name").stdout.split() if accepts(SOCKET) else []

    def _daemon(self, name):
        return process.Daemon(name, self.run_dir, self.log_dir / f"{name}.log")
