"""A libvirtd of the test's own, in its own mount namespace, that can be killed and hung without harm to others'."""
import os
import pathlib
import signal
import subprocess
import time

from tools.stack.libvirt import open_kvm

PRIVATE = ("/run/libvirt", "/var/lib/libvirt", "/etc/libvirt", "/var/log/libvirt", "/var/cache/libvirt")
WAIT = 60.0                     # seconds for a daemon to come up


class PrivateLibvirtd:
    """``directory`` holds the socket, which is outside of the private mounts; ``uri`` leads there."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.socket = directory / "libvirt-sock"
        self.uri = f"qemu+unix:///system?socket={self.socket}"
        self._holder: subprocess.Popen | None = None
        self._daemons: dict[str, subprocess.Popen] = {}

    def up(self) -> None:
        """The namespace is held by a sleeping process; the daemons are started into it."""
        open_kvm()
        config = self.directory / "libvirtd.conf"
        config.write_text(f'unix_sock_dir = "{self.directory}"\nauth_unix_rw = "none"\nunix_sock_rw_perms = "0700"\n'
                          f'host_uuid = "{pathlib.Path("/proc/sys/kernel/random/uuid").read_text().strip()}"\n')
        mounts = " && ".join(f"mkdir -p {path} && mount -t tmpfs -o mode=0755 tmpfs {path}" for path in PRIVATE)
        # VNC ports that the machine's own libvirtd does not hand out at the same moment
        base = 20000 + os.getpid() % 20000
        (self.directory / "qemu.conf").write_text(
            f"remote_display_port_min = {base}\nremote_display_port_max = {base + 99}\n")
        mounts += f" && cp {self.directory}/qemu.conf /etc/libvirt/"
        self._holder = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c",
                                         f"{mounts} && echo ready && exec sleep infinity"], stdout=subprocess.PIPE)
        assert self._holder.stdout.readline() == b"ready\n"
        self._start("virtlogd")
        self.start()

    def start(self) -> None:
        """(Again.)  Returns when it takes connections."""
        self.socket.unlink(missing_ok=True)
        self._start("libvirtd", "--config", str(self.directory / "libvirtd.conf"))
        end = time.monotonic() + WAIT
        while not self.socket.exists():
            assert time.monotonic() < end and self._daemons["libvirtd"].poll() is None, (
                (self.directory / "libvirtd.log").read_text()[-500:] or "libvirtd does not start")
            time.sleep(0.05)

    def signal(self, number: int) -> None:
        daemon = self._daemons["libvirtd"]
        os.kill(daemon.pid, number)
        if number == signal.SIGKILL:
            daemon.wait()

    def down(self) -> None:
        for daemon in (*reversed(self._daemons.values()), self._holder):
            if daemon is not None:
                daemon.kill()
                daemon.wait()

    def _start(self, name: str, *arguments: str) -> None:
        self._daemons[name] = subprocess.Popen(
            ["nsenter", "--target", str(self._holder.pid), "--mount", name, "--pid-file",
             str(self.directory / f"{name}.pid"), *arguments],
            stdout=subprocess.DEVNULL, stderr=open(self.directory / f"{name}.log", "ab"))
