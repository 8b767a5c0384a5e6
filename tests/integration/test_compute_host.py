"""A compute host with real guests: QEMU, domains and the service die, hang and come back, seen through the API."""
import contextlib
import os
import pathlib
import signal
import subprocess
import uuid

import libvirt
import pytest

from tests.integration import guest_host
from tests.integration.guests import deployed, domains
from tests.waiting import wait

pytestmark = [
    pytest.mark.integration, pytest.mark.timeout(600),
    pytest.mark.skipif(not guest_host.IMAGE, reason="NOVA_LITE_TEST_GUEST_IMAGE names no image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root"),
]


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.93.0.0/24") as found:
        yield found


@pytest.fixture(scope="module")
def demo(deployment):
    return deployment.connect()


@pytest.fixture
def server(deployment, demo):
    """One that runs; gone afterwards, and nothing is left of it."""
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    made = demo.compute.create_server(name="victim", image_id=image.id, flavor_id=flavor.id, networks=[
        {"uuid": demo.network.find_network("private").id}])
    until(deployment, demo, made, "ACTIVE")
    yield made
    demo.compute.delete_server(made.id, ignore_missing=True)
    wait(lambda: not list(demo.compute.servers(details=False)), 60, deployment.logs)
    assert deployment.audit() == "" and domains(deployment) == []


def status(demo, server) -> str:
    return demo.compute.get_server(server.id).status


def until(deployment, demo, server, wanted, seconds=90):
    wait(lambda: status(demo, server) == wanted, seconds, deployment.logs)


def qemu(server) -> int | None:
    """The pid of its QEMU."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"qemu-system" in words[0] and server.id.encode() in words:
                return int(path.parent.name)
    return None


@contextlib.contextmanager
def domain(server):
    connection = libvirt.open("qemu:///system")
    try:
        yield connection.lookupByUUIDString(server.id)
    finally:
        connection.close()


def killed(deployment) -> None:
    """kill -9 of the compute service; returns when the next one serves."""
    log = next((deployment.directory / "log").glob("nova-lite-compute*.log"))
    before = log.read_text().count("serves")
    deployment.kill("compute")
    wait(lambda: log.read_text().count("serves") > before, 60, deployment.logs)


def test_what_happens_to_a_guest_behind_our_back_is_seen(deployment, demo, server):
    os.kill(qemu(server), signal.SIGKILL)
    until(deployment, demo, server, "SHUTOFF")
    demo.compute.start_server(server)
    until(deployment, demo, server, "ACTIVE")
    with domain(server) as found:                   # somebody removes it from libvirt
        found.destroy()
        found.undefine()
    until(deployment, demo, server, "SHUTOFF")
    assert deployment.audit(0) != ""
    demo.compute.start_server(server)               # its disks are there
    until(deployment, demo, server, "ACTIVE")
    assert qemu(server) and deployment.audit() == ""


def test_the_service_is_killed(deployment, demo, server):
    """With its guest alive, then with its guest dead, then with what a crash may leave lying about."""
    pid = qemu(server)
    killed(deployment)
    assert (qemu(server), status(demo, server)) == (pid, "ACTIVE")
    demo.compute.reboot_server(server, "HARD")      # orders go on
    wait(lambda: qemu(server) not in (pid, None) and status(demo, server) == "ACTIVE", 60, deployment.logs)

    for frozen in deployment.pids("compute"):
        os.kill(frozen, signal.SIGSTOP)
    os.kill(qemu(server), signal.SIGKILL)           # nobody sees it
    wait(lambda: qemu(server) is None, 30, "QEMU lives")
    killed(deployment)
    until(deployment, demo, server, "SHUTOFF")
    assert qemu(server) is None, "nobody asked for another start"

    left = deployment.directory / "instances" / str(uuid.uuid4())
    left.mkdir()
    for name in ("disk", "disk.config", "console.log"):
        (left / name).touch()
    part = deployment.directory / "_base" / "11111111-2222-4333-8444-555555555555.part"
    part.touch()
    bridge = next(path.read_text() for path in (deployment.directory / "network").glob("*/bridge"))
    tap = f"tap{uuid.uuid4().hex[:8]}"
    subprocess.run(["ip", "link", "add", tap, "type", "veth", "peer", "name", f"p{tap}"], check=True)
    subprocess.run(["ip", "link", "set", tap, "master", bridge], check=True)
    found = deployment.audit(0)
    assert all(text in found for text in (f"something of {left.name} is left", str(part), tap)), found
    killed(deployment)
    assert not left.exists() and not part.exists() and deployment.audit() == ""


def test_a_frozen_host_gives_up_what_was_deleted_meanwhile(deployment, demo, server):
    """The delete does not wait for it; its guest goes as soon as it moves again, without a restart."""
    pids = deployment.pids("compute")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        demo.compute.delete_server(server)
        demo.compute.wait_for_delete(server, wait=120)
        assert qemu(server) is not None
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    wait(lambda: qemu(server) is None, 60, deployment.logs)
    assert deployment.pids("compute") == pids
