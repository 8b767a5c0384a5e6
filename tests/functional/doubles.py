"""Stand-ins for Glance and Neutron for tests of the engine alone: same protocols, in memory, no HTTP."""
import threading

from nova_lite import exceptions
from nova_lite.image.client import ImageClient
from nova_lite.models import FixedIP, ImageMeta, Network, NetworkRequest, ServerPort, Subnet, Vif
from nova_lite.network.client import NetworkClient

NETWORK = Network(id="11111111-1111-4111-8111-111111111111", label="private",
                  subnets=(Subnet(id="s", cidr="10.0.0.0/8", gateway="10.0.0.1"),))
IMAGE = ImageMeta(id="22222222-2222-4222-8222-222222222222", name="lite-guest", visibility="public",
                  disk_format="raw", container_format="bare", size=1 << 20)


class Images(ImageClient):
    def get(self, context, image_id):
        if image_id != IMAGE.id:
            raise exceptions.ImageNotFound(image_id=image_id)
        return IMAGE

    def download(self, context, image_id):
        yield b"\0" * IMAGE.size


class Networks(NetworkClient):
    """One network; ``ports`` is {instance uuid: Vif}, ``hosts`` {instance uuid: host that they are bound to}."""

    def __init__(self):
        self.ports, self.hosts, self._lock, self._last = {}, {}, threading.Lock(), 1

    def validate(self, context, requests, security_groups, count):
        return (NetworkRequest(network_id=NETWORK.id),)

    def allocate(self, context, instance):
        with self._lock:
            if instance.uuid not in self.ports:
                self._last += 1
                number = self._last
                address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
                self.ports[instance.uuid] = Vif(
                    id=f"port-{number}", mac=f"fa:16:3e:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
                    network=NETWORK, fixed_ips=(FixedIP(address, "s"),), security_groups=("default",))
            self.hosts[instance.uuid] = instance.host
            return (self.ports[instance.uuid],)

    def deallocate(self, context, instance_uuid):
        with self._lock:
            self.ports.pop(instance_uuid, None)

    def owner_of_address(self, context, address):
        with self._lock:
            return next((uuid for uuid, vif in self.ports.items()
                         if address in [ip.address for ip in vif.fixed_ips]), None)

    def server_ports(self, context):
        with self._lock:
            return [ServerPort(vif.id, uuid, self.hosts[uuid]) for uuid, vif in self.ports.items()]
