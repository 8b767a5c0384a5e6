"""What a new all-in-one cloud has: flavors, a network, an image; nothing is changed that is there."""
import pathlib

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.db import flavors, session
from nova_lite.models import Flavor

FLAVORS = (("1", "m1.nano", 1, 128, 1), ("2", "m1.tiny", 1, 256, 1), ("3", "m1.small", 1, 512, 2),
           ("4", "m1.medium", 2, 2048, 5))
NETWORK, CIDR, IMAGE = "private", "10.20.0.0/24", "lite-guest"


def seed(directory: pathlib.Path) -> None:
    """Make what is missing.  The image is a placeholder unless ``directory`` holds a lite-guest.qcow2: fake guests
    need no more."""
    for flavorid, name, vcpus, memory_mb, root_gb in FLAVORS:
        try:
            session.transaction(flavors.create)(Flavor(flavorid, name, vcpus, memory_mb, root_gb))
        except (exceptions.FlavorExists, exceptions.FlavorIdExists):
            pass
    _network(service_auth.ServiceAdapter("network", service_auth.embedded_url("/network"), CONF.network.timeout))
    _image(service_auth.ServiceAdapter("image", service_auth.embedded_url("/image"), CONF.glance.timeout),
           directory / "lite-guest.qcow2")


def _json(api, method: str, path: str, **kwargs) -> dict:
    """The answer's JSON; raises NovaLiteError when it is not a success."""
    answer = api.request(method, path, **kwargs)
    if not answer.ok:
        raise exceptions.NovaLiteError(f"{method} {path} of the {api.name} service: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else {}


def _network(api) -> None:
    if _json(api, "GET", "/v2.0/networks", params={"name": NETWORK})["networks"]:
        return
    network = _json(api, "POST", "/v2.0/networks", json={"network": {"name": NETWORK, "shared": True}})["network"]
    _json(api, "POST", "/v2.0/subnets", json={"subnet": {
        "name": NETWORK, "network_id": network["id"], "ip_version": 4, "cidr": CIDR}})


def _image(api, path: pathlib.Path) -> None:
    if _json(api, "GET", "/v2/images", params={"name": IMAGE})["images"]:
        return
    real = path.exists()
    image = _json(api, "POST", "/v2/images", json={
        "name": IMAGE, "visibility": "public", "container_format": "bare", "disk_format": "qcow2" if real else "raw"})
    content = path.read_bytes() if real else b"placeholder for fake guests\n".ljust(512, b"\0")
    _json(api, "PUT", f"/v2/images/{image['id']}/file", data=content,
          headers={"Content-Type": "application/octet-stream"})
