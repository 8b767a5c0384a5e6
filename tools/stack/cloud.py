"""What the stack puts into its cloud through the REST APIs, as any client would.

Runs inside the virtual environment only (openstacksdk).  Everything is looked for before it is made.
"""
import base64
import pathlib
import subprocess
import time

import openstack

from nova_lite.cmd.seed import CIDR, FLAVORS, IMAGE, NETWORK
from tools.stack import config, libvirt
from tools.stack.errors import StackError
from tools.stack.settings import Settings

KEYPAIR = "demo"
SERVER = "first"
USER_DATA = "#!/bin/sh\necho \"Hello from $(hostname), started by nova-lite\"\n"
FAKE_IMAGE = bytes(65536)
ACTIVE_TIMEOUT = 180            # seconds
READY_TIMEOUT = 180
READY = "LITE ready"


class Cloud:
    """Both users' views of the cloud in ``settings.data``."""

    def __init__(self, settings: Settings):
        self._settings = settings
        files = [str(settings.data / "clouds.yaml")]
        clouds = openstack.config.OpenStackConfig(config_files=files, load_envvars=False)
        self.admin = openstack.connection.Connection(config=clouds.get_one("nova-lite-admin"))
        self.demo = openstack.connection.Connection(config=clouds.get_one("nova-lite"))

    @property
    def key(self) -> pathlib.Path:
        """The private key of keypair ``demo``."""
        return self._settings.data / "demo.key"

    @property
    def _compute_log(self) -> pathlib.Path:
        return config.compute_log(self._settings)

    def register(self, image: pathlib.Path | None) -> list[str]:
        """Make what is missing of flavors, image (None: one of zeros), network and keypair; its names."""
        made = [*self._flavors(), *self._image(image), *self._network(), *self._security(), *self._keypair()]
        return made

    def hosts_up(self, names) -> bool:
        """All these compute hosts are registered and up."""
        up = {service.host for service in self.admin.compute.services(binary="nova-compute") if service.state == "up"}
        return set(names) <= up

    def server(self, uuid: str):
        """The server in the demo project, or None."""
        return self.demo.compute.find_server(uuid, ignore_missing=True)

    def boot_first(self) -> str:
        """Order the first server; its id."""
        server = self.demo.compute.create_server(
            name=SERVER, image_id=self.demo.image.find_image(IMAGE).id,
            flavor_id=self.demo.compute.find_flavor("m1.nano").id,
            networks=[{"uuid": self.demo.network.find_network(NETWORK).id}],
            key_name=KEYPAIR, user_data=_base64(USER_DATA))
        return server.id

    def wait_active(self, uuids, timeout: float = ACTIVE_TIMEOUT) -> list:
        """The servers once all are ACTIVE.  Raises StackError with the fault of one that fails."""
        deadline = time.monotonic() + timeout
        while True:
            servers = [self.admin.compute.get_server(uuid) for uuid in uuids]
            for server in servers:
                if server.status == "ERROR":
                    fault = (server.fault or {}).get("message", "no fault recorded")
                    raise StackError(f"server {server.name} went to ERROR: {fault}", self._compute_log)
            waiting = [server for server in servers if server.status != "ACTIVE" or server.task_state]
            if not waiting:
                return servers
            if time.monotonic() > deadline:
                raise StackError(f"server {waiting[0].name} is {waiting[0].status} "
                                 f"({waiting[0].task_state}) after {timeout:.0f} s", self._compute_log)
            time.sleep(0.2)

    def start_again(self, uuids, timeout: float = ACTIVE_TIMEOUT) -> list[str]:
        """Start those of the servers whose guests ended; names of those started."""
        started, deadline = [], time.monotonic() + timeout
        for uuid in uuids:
            server = self._settled(uuid, deadline)
            if server and server.status == "SHUTOFF":
                self.admin.compute.start_server(server)
                started.append(server)
        if started:
            self.wait_active([server.id for server in started], timeout)
        return [server.name for server in started]

    def _settled(self, uuid, deadline):
        """The server once nothing works on it and its host has seen what became of its guest."""
        while True:
            server = self.admin.compute.find_server(uuid, ignore_missing=True, all_projects=True)
            # right after a start of the services an ACTIVE may still be what was before
            believable = server is None or server.status != "ACTIVE" or self._settings.fake or _guest_runs(uuid)
            if believable and not (server and server.task_state) or time.monotonic() > deadline:
                return server
            time.sleep(0.2)

    def console(self, uuid: str) -> str:
        return self.demo.compute.get_server_console_output(uuid)["output"] or ""

    def wait_ready(self, uuid: str) -> str:
        """The console once the guest said that it is ready.  Raises StackError."""
        deadline = time.monotonic() + READY_TIMEOUT
        while READY not in (text := self.console(uuid)):
            if time.monotonic() > deadline:
                raise StackError(f"the guest did not say '{READY}' within {READY_TIMEOUT} s; its console ends with: "
                                 + " / ".join(text.splitlines()[-3:]))
            time.sleep(0.5)
        return text

    def _flavors(self):
        have = {flavor.name for flavor in self.admin.compute.flavors(get_extra_specs=False)}
        for flavorid, name, vcpus, ram, disk in FLAVORS:
            if name not in have:
                self.admin.compute.create_flavor(id=flavorid, name=name, vcpus=vcpus, ram=ram, disk=disk)
                yield f"flavor {name}"

    def _image(self, path):
        found = self.admin.image.find_image(IMAGE)
        if found and found.status == "active":
            return
        if found:                           # an upload that died
            self.admin.image.delete_image(found.id)
        content = {"filename": str(path)} if path else {"data": FAKE_IMAGE}
        self.admin.image.create_image(
            IMAGE, disk_format="qcow2" if path else "raw", container_format="bare", visibility="public",
            wait=True, validate_checksum=True, min_ram=64, os_admin_user="cirros", **content)
        yield f"image {IMAGE}"

    def _network(self):
        network = self.admin.network.find_network(NETWORK)
        if not network:
            network = self.admin.network.create_network(name=NETWORK, shared=True)
            yield f"network {NETWORK}"
        if not list(self.admin.network.subnets(network_id=network.id)):
            self.admin.network.create_subnet(network_id=network.id, name=NETWORK, ip_version=4, cidr=CIDR)
            yield f"subnet {CIDR}"

    def _security(self):
        """ssh and ping from anywhere: a server's user wants in, and nothing else listens in the guest image."""
        group = self.demo.network.find_security_group("default")
        there = [rule.protocol for rule in self.demo.network.security_group_rules(
            security_group_id=group.id, direction="ingress")]
        for rule in ({"protocol": "tcp", "port_range_min": 22, "port_range_max": 22}, {"protocol": "icmp"}):
            if rule["protocol"] not in there:
                self.demo.network.create_security_group_rule(security_group_id=group.id, direction="ingress", **rule)
                yield f"rule of the default security group: {rule['protocol']}"

    def _keypair(self):
        public = self.key.with_suffix(".key.pub")
        if not (self.key.exists() and public.exists()):
            self.key.unlink(missing_ok=True)
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "demo", "-f", self.key],
                           check=True, stdin=subprocess.DEVNULL)
        if not self.demo.compute.find_keypair(KEYPAIR):
            self.demo.compute.create_keypair(name=KEYPAIR, public_key=public.read_text().strip())
            yield f"keypair {KEYPAIR}"


def _guest_runs(uuid: str) -> bool:
    return libvirt.virsh("domstate", uuid).stdout.strip() == "running"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
