"""Hosts that cannot build: one has a full disk, one a libvirt that refuses, one gets half of each image.

Each fails what it is given, keeps nothing of it, and the servers run on the host that can.
"""
import contextlib
import http.server
import os
import pathlib
import subprocess
import threading
import urllib.request

import pytest

from tests.integration import guest_host
from tests.integration.deployment import BIN, Deployment
from tests.integration.test_full_disk import FULL, MIB, only, small_disk
from tests.waiting import wait

pytestmark = [
    pytest.mark.integration, pytest.mark.timeout(400),
    pytest.mark.skipif(not guest_host.IMAGE, reason="NOVA_LITE_TEST_GUEST_IMAGE names no image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="mounts and bridges need root"),
]


class Halves(http.server.BaseHTTPRequestHandler):
    """An image service that serves the first half of each file, and says that this is all."""

    upstream = ""

    def do_GET(self):                        # noqa: N802  the library's name
        request = urllib.request.Request(self.upstream + self.path, headers={
            name: value for name, value in self.headers.items() if name != "Host"})
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
            if self.path.endswith("/file"):
                body = body[:len(body) // 2]
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Not on the test's output."""


@contextlib.contextmanager
def halves(deployment):
    """Its URL."""
    handler = type("Handler", (Halves,), {"upstream": f"http://127.0.0.1:{deployment.embedded_port}"})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/image"
        server.shutdown()


@contextlib.contextmanager
def compute(deployment, name: str, options: str):
    """Another compute service, with files of its own; ended after the block."""
    state = deployment.directory / name
    state.mkdir(mode=0o711)
    config = state / "nova_lite.conf"
    config.write_text(f"[DEFAULT]\nhost = {name}\nstate_path = {state}\nlog_dir = {state}/log\n[service_user]\n"
                      f"password_file = {deployment.directory}/service-password\n{options}")
    with open(state / "out", "wb") as out:
        process = subprocess.Popen([BIN / "nova-lite-compute", "--config-file", deployment.config, "--config-file",
                                    config], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        yield state
    finally:
        process.terminate()
        process.wait(60)


def fault_on(admin, host: str, image, flavor) -> str:
    """What a server says that may be built on this host only; once the scheduler knows the host."""
    while True:
        server = admin.compute.create_server(name="forced", image_id=image.id, flavor_id=flavor.id, networks="none",
                                             availability_zone=f"nova:{host}")
        wait(lambda server=server: admin.compute.get_server(server).status in ("ACTIVE", "ERROR"), 120)
        fault = admin.compute.get_server(server).fault
        admin.compute.delete_server(server)
        admin.compute.wait_for_delete(server, wait=60)
        if "Tried" in fault["details"]:
            return f"{fault['message']} {fault['details']}"


def test_what_bad_hosts_fail_the_good_one_builds():
    with contextlib.ExitStack() as stack:
        disk = stack.enter_context(small_disk())
        deployment = stack.enter_context(Deployment(virt="libvirt", options="[scheduler]\nmax_attempts = 4"))
        deployment.furnish(pathlib.Path(guest_host.IMAGE))
        demo, admin = deployment.connect(), deployment.connect("admin")
        options = {"full": f"[libvirt]\nimages_cache_path = {disk}",
                   "refuses": "[libvirt]\ncpu_mode = custom\ncpu_model = no-such-cpu",
                   "halves": f"[glance]\nendpoint_override = {stack.enter_context(halves(deployment))}"}
        names = {kind: f"{deployment.hosts[0]}{kind}" for kind in options}
        states = {kind: stack.enter_context(compute(deployment, names[kind], options[kind])) for kind in options}
        wait(lambda: sum(s.state == "up" for s in admin.compute.services(binary="nova-compute")) == 4, 60)
        image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
        texts = {"full": f"images_cache_path {disk}: {FULL}", "refuses": "no-such-cpu", "halves": "bytes instead of"}
        with only(4 * MIB, disk):
            for kind, text in texts.items():     # whoever asks for this very host gets its fault
                assert text in fault_on(admin, names[kind], image, flavor)
            # four servers of one request begin on four hosts
            demo.compute.create_server(name="s", image_id=image.id, flavor_id=flavor.id, networks="none",
                                       min_count=4, max_count=4)
            wait(lambda: {s.status for s in demo.compute.servers()} <= {"ACTIVE", "ERROR"}, 180)
        servers = list(admin.compute.servers(all_projects=True))
        assert {s.compute_host for s in servers} == {deployment.hosts[0]}, [s.fault for s in servers]
        for kind, text in texts.items():
            assert text in (states[kind] / "log" / "nova-lite-compute.log").read_text()
        assert deployment.audit() == ""
        for path in (disk, *(state / "_base" for state in states.values() if (state / "_base").exists())):
            assert not list(path.glob("*.part"))
        assert not any(list((state / "instances").iterdir()) for state in states.values())
        for server in demo.compute.servers():
            demo.compute.delete_server(server)
        wait(lambda: not list(demo.compute.servers()), 60)
        assert deployment.audit() == ""
