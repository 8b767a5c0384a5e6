"""What a real guest takes beside libvirt: from a POST until its domain runs, and the same disk and domain made by hand.

    python -m tools.bench.guests --count 10

Both by turns, with a libvirtd of its own (so it needs root), the image in the host's cache, servers without a network.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree as ElementTree

import libvirt

from tests.chaos import broker
from tests.integration.deployment import Deployment
from tests.integration.private_libvirtd import PrivateLibvirtd
from tools.bench.endpoint import Endpoint
from tools.guest import build
from tools.stack import accelerator, virtualenv

FLAVOR = "m1.nano"
LOOK = 0.002            # seconds between looks at a domain
DEADLINE = 60           # seconds


class Guests:
    """Of a deployment with real guests; ``connection``: to its libvirtd."""

    def __init__(self, deployment: Deployment, connection: libvirt.virConnect):
        self._endpoint, self._connection = Endpoint.of_cloud(**deployment.credentials()), connection
        admin = deployment.connect("admin")
        image = admin.image.find_image("lite-guest").id
        self._base = deployment.directory / "_base" / image             # [libvirt] images_cache_path
        self._server = {"name": "bench", "imageRef": image, "networks": "none",
                        "flavorRef": admin.compute.find_flavor(FLAVOR).id}

    def by_post(self) -> tuple[float, str]:
        """Seconds from the request until the domain runs, and the domain's description; the server is deleted."""
        began = time.perf_counter()
        server = self._endpoint.request("POST", "/servers", {"server": self._server}).body["server"]["id"]
        self._wait(server, lambda: self._state(server) == libvirt.VIR_DOMAIN_RUNNING)
        seconds = time.perf_counter() - began
        description = self._connection.lookupByUUIDString(server).XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
        self._endpoint.request("DELETE", f"/servers/{server}")
        self._wait(server, lambda: self._state(server) is None)
        return seconds, description

    def by_hand(self, description: str) -> float:
        """Seconds for a root disk, ``define`` and ``create`` of a domain that is described so."""
        tree = ElementTree.fromstring(description)
        if (notes := tree.find("metadata")) is not None:
            tree.remove(notes)                          # nobody shall take it for the deployment's
        old, new = tree.findtext("uuid"), str(uuid.uuid4())
        text = ElementTree.tostring(tree, encoding="unicode").replace(old, new)
        root = pathlib.Path(tree.find("devices/disk[@device='disk']/source").get("file").replace(old, new))
        root.parent.mkdir(mode=0o711)
        try:
            began = time.perf_counter()
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", self._base, root, "1G"],
                           check=True)
            domain = self._connection.defineXML(text)
            domain.create()
            seconds = time.perf_counter() - began
            domain.destroy()
            domain.undefine()
        finally:
            shutil.rmtree(root.parent)
        return seconds

    def _state(self, server: str) -> int | None:
        with contextlib.suppress(libvirt.libvirtError):
            return self._connection.lookupByUUIDString(server).state()[0]
        return None

    def _wait(self, server: str, done) -> None:
        until = time.monotonic() + DEADLINE
        while not done():
            if time.monotonic() > until:
                shown = self._endpoint.request("GET", f"/servers/{server}").body
                raise RuntimeError(f"nothing came within {DEADLINE} s: {shown}")
            time.sleep(LOOK)


@contextlib.contextmanager
def running():
    """Guests of a furnished deployment, on a broker and a libvirtd of its own."""
    libvirt.registerErrorHandler(lambda *_: None, None)         # asked for a domain that is not there yet, it prints
    os.environ["NOVA_LITE_TEST_VIRT_TYPE"], _reason = accelerator.choose()
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nova-lite-bench-")))
        directory.chmod(0o711)
        daemon = PrivateLibvirtd(directory)
        stack.callback(daemon.down)
        daemon.up()
        node = stack.enter_context(broker.running())
        deployment = stack.enter_context(Deployment(
            virt="libvirt", broker_url=node.url, options=f"[libvirt]\nconnection_uri = {daemon.uri}\n",
            failpoints=False)).furnish(build.build(virtualenv.CACHE))
        connection = libvirt.open(daemon.uri)
        stack.callback(connection.close)
        stack.callback(_end_all, connection)
        yield Guests(deployment, connection)


def _end_all(connection: libvirt.virConnect) -> None:
    """What a measure that failed has left; QEMU would outlive its libvirtd."""
    for domain in connection.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE):
        domain.destroy()


def measure(count: int) -> dict[str, float]:
    """Medians in seconds: ``post``, ``hand``, and what the one takes ``over`` the other, turn by turn."""
    with running() as guests:
        guests.by_hand(guests.by_post()[1])             # the image comes into the cache, libvirt asks QEMU what it can
        turns = []
        for _ in range(count):
            post, description = guests.by_post()
            turns.append((post, guests.by_hand(description)))
    return {"post": statistics.median(post for post, _hand in turns),
            "hand": statistics.median(hand for _post, hand in turns),
            "over": statistics.median(post - hand for post, hand in turns)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.guests", description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10, help="guests (default: %(default)s)")
    print(json.dumps(measure(parser.parse_args().count), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
