"""A host that boots real guests, for tests of the libvirt driver: its own directories, bridge, metadata service."""
import contextlib
import hashlib
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import uuid

import pytest

from nova_lite.api.metadata import MetadataApp
from nova_lite.cmd import metadata
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.exceptions import ImageNotFound
from nova_lite.models import FixedIP, Flavor, ImageMeta, Instance, Network, Subnet, Vif
from nova_lite.network.bridge import BridgeNetwork
from nova_lite.trace import Trace
from nova_lite.virt.driver import SpawnRequest
from nova_lite.virt.libvirt.driver import LibvirtDriver
from tests.readable_images import ReadableImages

IMAGE = os.environ.get("NOVA_LITE_TEST_GUEST_IMAGE", "")
PATIENCE = 90                   # seconds; a boot takes 7 on an idle machine
USER = "cirros"


class Images(ReadableImages):
    """Images in memory or in files: ``{id: (declared format, path)}``."""

    def __init__(self, **images):
        self.files, self.downloads = images, 0

    def get(self, context, image_id):
        if image_id not in self.files:
            raise ImageNotFound(image_id=image_id)
        disk_format, path = self.files[image_id]
        content = pathlib.Path(path).read_bytes()
        return ImageMeta(id=image_id, disk_format=disk_format, size=len(content), os_hash_algo="sha512",
                         os_hash_value=hashlib.sha512(content).hexdigest())

    def download(self, context, image_id):
        self.downloads += 1
        with open(self.files[image_id][1], "rb") as handle:
            while chunk := handle.read(1 << 20):
                yield chunk


class Host:
    """``state`` is a directory that other users can pass through; ``events`` what the driver reported."""

    def __init__(self, state: pathlib.Path, uri: str = "qemu:///system"):
        self.state, self.events, self.instances = state, [], {}
        self.overrides = [("state_path", str(state), None), ("host", f"test-{state.name}", None),
                          ("connection_uri", uri, "libvirt"), ("virt_type", "qemu", "libvirt"),
                          # nobody tells this host what groups allow
                          ("security_groups", "ignore", "network")]
        for name, value, group in self.overrides:
            CONF.set_override(name, value, group)
        # an unusual subnet and network, so that several runs on one machine do not meet
        number = uuid.uuid4()
        self.cidr = f"10.{200 + number.bytes[0] % 50}.{number.bytes[1]}"
        self.network = Network(id=str(number), label="test", subnets=(Subnet(
            id="s", cidr=f"{self.cidr}.0/24", gateway=f"{self.cidr}.1", dhcp_server=f"{self.cidr}.1"),))
        self.plugger, self.images = BridgeNetwork(), Images(guest=("qcow2", IMAGE))
        self.driver = LibvirtDriver("test", self.images, self.plugger)
        self.key = state / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True)
        self._stop = threading.Event()

    def start(self):
        self._serve_metadata()
        self.plugger.init_host()
        self.driver.init_host(self.events.append)

    def _serve_metadata(self):
        """At a free port of 169.254.169.254; the bridge leads guests there."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_IP, metadata.IP_FREEBIND, 1)
            probe.bind(("169.254.169.254", 0))
            CONF.set_override("port", probe.getsockname()[1], "metadata")
        self.overrides.append(("port", None, "metadata"))
        app = MetadataApp(self, self.instances.get, "novalocal")
        self._server = threading.Thread(target=metadata.serve, args=(self._stop, app), daemon=True)
        self._server.start()

    def owner_of_address(self, context, address):
        """The network client's part that the metadata service asks."""
        return next((i.uuid for i in self.instances.values() for vif in i.network_info for ip in vif.fixed_ips
                     if ip.address == address), None)

    def stop(self):
        for instance in list(self.instances):
            self.driver.destroy(instance)
        self.plugger.remove_bridges()
        self.driver.close()
        self._stop.set()
        self._server.join(30)
        for name, _, group in self.overrides:
            CONF.clear_override(name, group)

    def instance(self, **changes) -> Instance:
        """An instance with one port, known to the metadata service."""
        number, port = len(self.instances) + 10, str(uuid.uuid4())
        vif = Vif(id=port, mac=f"fa:16:3e:{uuid.uuid4().hex[:2]}:00:{number:02x}", network=self.network,
                  fixed_ips=(FixedIP(f"{self.cidr}.{number}", "s"),), devname=f"tap{port[:11]}")
        made = Instance(**({
            "uuid": str(uuid.uuid4()), "project_id": "p", "user_id": "u", "display_name": f"guest-{number}",
            "hostname": f"guest-{number}", "id": number, "attempt": 1, "image_ref": "guest",
            "flavor": Flavor("1", "m1.tiny", vcpus=1, memory_mb=128, root_gb=1), "key_name": "test",
            "key_data": self.key.with_suffix(".pub").read_text().strip(), "network_info": (vif,)} | changes))
        self.instances[made.uuid] = made
        return made

    def spawn(self, instance: Instance, **request) -> Trace:
        trace = Trace("nova-compute", host="test")
        self.driver.spawn(instance, SpawnRequest(admin_context(), instance.network_info, **request), trace)
        return trace

    def console(self, instance: Instance) -> str:
        return self.driver.get_console_output(instance).decode(errors="replace")

    def wait_for(self, instance: Instance, text: str, times: int = 1) -> str:
        """The console, once ``text`` (a pattern) was said ``times`` times."""
        return wait_until(lambda: len(re.findall(text, self.console(instance))) >= times and self.console(instance),
                          lambda: f"{text!r} x {times} in {self.console(instance)[-1500:]}")

    def ssh(self, instance: Instance, command: str, user: str = USER) -> str:
        address = instance.network_info[0].fixed_ips[0].address
        return subprocess.run(
            ["ssh", "-i", self.key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
             "LogLevel=ERROR", "-o", "ConnectTimeout=30", f"{user}@{address}", command],
            check=True, capture_output=True, text=True, timeout=60).stdout

    def qemu_pid(self, instance: Instance) -> int:
        """By its command line: the pid file may be in another mount namespace."""
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                command = path.read_bytes().split(b"\0")
                if b"qemu-system" in command[0] and instance.uuid.encode() in command:
                    return int(path.parent.name)
        raise AssertionError(f"no QEMU runs guest {instance.uuid}")


@pytest.fixture(scope="module")
def host():
    """A host of the machine's own libvirt, with nothing of it left afterwards."""
    with tempfile.TemporaryDirectory(prefix="nova-lite-test-") as state:
        os.chmod(state, 0o711)
        found = Host(pathlib.Path(state))
        found.start()
        try:
            yield found
        finally:
            found.stop()


def wait_until(condition, what=lambda: "") -> object:
    """The first true value of ``condition()``; fails after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"waited in vain: {what()}"
        time.sleep(0.1)
    return found
