"""Resize and migration of a real guest: what it has of memory and disk, the data on it, the address that stays.

The second host is another compute service on this machine, with directories and a libvirtd of its own: every disk takes
the way over HTTP.  Only the bridge is the same, so that the guest is reached at either end.
"""
import contextlib
import pathlib
import subprocess

import psutil
import pytest

from tests.integration.deployment import BIN, free_ports
from tests.integration.guests import deployed
from tests.integration.private_libvirtd import PrivateLibvirtd
from tests.integration.test_guests import console, ready, ssh
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
OPTIONS = "[DEFAULT]\nallow_resize_to_same_host = true\n"
GIB = 1 << 30
NAME = "mover"
OWN = ("second", "network", "instances", "_base", "log")            # what hosts do not share


@pytest.fixture(scope="module")
def deployment():
    [port] = free_ports(1)
    with deployed("10.97.0.0/24", options=f"{OPTIONS}[libvirt]\ndisk_transfer_port = {port}\n"
                                          "disk_transfer_address = 127.0.0.1\n") as found:
        found.connect("admin").compute.create_flavor(name="m1.roomy", ram=384, disk=2, vcpus=1)
        yield found


@pytest.fixture
def second(deployment):
    """The name of another host."""
    [port] = free_ports(1)
    name, directory = f"{deployment.hosts[0]}b", deployment.directory / "second"
    (directory / "libvirt").mkdir(parents=True)
    for path in (directory, directory / "libvirt"):
        path.chmod(0o711)
    for entry in deployment.directory.iterdir():                # keys and passwords
        if entry.name not in OWN:
            (directory / entry.name).symlink_to(entry)
    daemon = PrivateLibvirtd(directory / "libvirt")
    config = deployment.directory / "second.conf"
    config.write_text(f"{deployment.config.read_text()}\n[DEFAULT]\nhost = {name}\nstate_path = {directory}\n"
                      f"[libvirt]\nconnection_uri = {daemon.uri}\ndisk_transfer_port = {port}\n")
    with contextlib.ExitStack() as stack:
        stack.callback(daemon.down)
        stack.callback(end_guests, directory)
        daemon.up()
        out = stack.enter_context(open(deployment.directory / "second.out", "ab"))
        service = subprocess.Popen([BIN / "nova-lite-compute", "--config-file", config], stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out, cwd=deployment.directory)
        stack.callback(service.wait, 60)
        stack.callback(service.terminate)
        services = deployment.connect("admin").compute
        wait(lambda: name in [s.host for s in services.services(binary="nova-compute") if s.state == "up"], 60,
             lambda: f"{(deployment.directory / 'second.out').read_text()[-3000:]}\n{deployment.logs()}")
        yield name


def end_guests(directory: pathlib.Path) -> None:
    """Those whose disks are in it, and that a failed test has left."""
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"].startswith("qemu") and str(directory) in " ".join(process.info["cmdline"]):
            process.kill()


class Guest:
    """The one server of the module, and its guest's own word."""

    def __init__(self, deployment, key):
        self.deployment, self.key, self.compute = deployment, key, deployment.connect().compute
        deployment.openstack("keypair", "create", "--public-key", f"{key}.pub", NAME)
        deployment.openstack("server", "create", "--image", "lite-guest", "--flavor", "m1.nano", "--network",
                             "private", "--key-name", NAME, "--wait", NAME, timeout=300)
        self.server = self.compute.find_server(NAME)
        self.first = self.compute.get_server(self.server.id).addresses

    def reached(self, status: str):
        """The server in that status, with the addresses that it had; its guest answers."""
        def there():
            found = self.compute.get_server(self.server.id)
            return found if found.status == status and not found.task_state else None
        found = wait(there, 180, lambda: f"{self.compute.get_server(self.server.id)}\n{self.deployment.logs()}")
        assert found.addresses == self.first
        wait(self._answers, 120, lambda: f"{console(self.deployment, NAME)[-1500:]}\n{self.deployment.logs()}")
        return found

    def _answers(self) -> bool:
        try:
            return self.says("echo here") == "here"
        except AssertionError:                  # it boots
            return False

    def says(self, command: str) -> str:
        return ssh(self.key, self.first["private"][0]["addr"], command).strip()

    def memory(self) -> int:
        """MiB, less what the kernel keeps for itself."""
        return int(self.says("grep MemTotal /proc/meminfo").split()[1]) >> 10

    def disk(self) -> int:
        return int(self.says("cat /sys/block/vda/size")) * 512


@pytest.fixture(scope="module")
def guest(deployment, key):
    found = Guest(deployment, key)
    ready(deployment, NAME)
    return found


def test_on_one_host_it_is_larger_and_then_as_before(deployment, guest):
    run = deployment.openstack
    guest.says("echo before > kept && sync")
    assert guest.memory() < 128 and guest.disk() == GIB
    run("server", "resize", "--flavor", "m1.roomy", NAME)
    guest.reached("VERIFY_RESIZE")
    assert 256 < guest.memory() < 384 and guest.disk() == 2 * GIB
    assert guest.says("cat kept; echo after > kept; sync") == "before"
    home = deployment.directory / "instances"
    assert (home / f"{guest.server.id}_resize" / "disk").exists()

    run("server", "resize", "revert", NAME)
    guest.reached("ACTIVE")
    assert guest.memory() < 128 and guest.disk() == GIB and guest.says("cat kept") == "before"
    assert not (home / f"{guest.server.id}_resize").exists()


def test_to_another_host_with_its_data(deployment, guest, second):
    admin = deployment.connect("admin").compute
    guest.says("echo travelled > kept && sync")
    admin.migrate_server(guest.server.id, host=second)
    moved = guest.reached("VERIFY_RESIZE")
    assert guest.says("cat kept") == "travelled"
    where = admin.get_server(moved.id).compute_host
    assert where == second, f"{(deployment.directory / 'second.out').read_text()[-3000:]}\n{deployment.logs()}"
    homes = {deployment.hosts[0]: deployment.directory / "instances",
             second: deployment.directory / "second" / "instances"}
    assert not (homes[deployment.hosts[0]] / moved.id).exists()
    root = homes[second] / moved.id / "disk"
    info = subprocess.check_output(["qemu-img", "info", "-U", root], text=True)
    assert f"backing file: {deployment.directory}/second/_base/" in info

    guest.compute.confirm_server_resize(moved.id)
    guest.reached("ACTIVE")
    assert not (homes[deployment.hosts[0]] / f"{moved.id}_resize").exists()
    guest.compute.stop_server(moved.id)
    wait(lambda: guest.compute.get_server(moved.id).status == "SHUTOFF", 120, deployment.logs)
    guest.compute.resize_server(moved.id, admin.find_flavor("m1.roomy").id)
    wait(lambda: guest.compute.get_server(moved.id).status == "VERIFY_RESIZE", 120, deployment.logs)
    guest.compute.revert_server_resize(moved.id)
    wait(lambda: guest.compute.get_server(moved.id).status == "SHUTOFF", 120, deployment.logs)
    guest.compute.delete_server(moved.id)
    guest.compute.wait_for_delete(moved, wait=120)
    assert deployment.audit() == ""
