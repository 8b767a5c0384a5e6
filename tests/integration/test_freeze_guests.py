"""Pause and suspend of a real guest: it goes on where it was, with the memory that it had."""

import libvirt
import pytest

from tests.integration.guests import deployed, domain_state
from tests.integration.test_guests import console, ready, ssh, value
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
SAME_BOOT = "cat /proc/sys/kernel/random/boot_id"          # a new one at each boot


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.93.0.0/24") as found:
        yield found


def act(deployment, verb: str, status: str) -> None:
    deployment.openstack("server", verb, "cold")
    wait(lambda: value(deployment, "cold", "status") == status, 120, lambda: f"{verb}\n{deployment.logs()}")


def test_pause_suspend_and_a_hard_reboot_of_what_was_saved(deployment, key):
    run = deployment.openstack
    run("keypair", "create", "--public-key", f"{key}.pub", "cold")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
        "--key-name", "cold", "--wait", "cold", timeout=300)
    ready(deployment, "cold")
    uuid = value(deployment, "cold", "id")
    address = next(iter(deployment.connect().compute.get_server(uuid).addresses["private"]))["addr"]
    boot = ssh(key, address, SAME_BOOT)

    act(deployment, "pause", "PAUSED")
    assert domain_state(uuid) == libvirt.VIR_DOMAIN_PAUSED
    act(deployment, "unpause", "ACTIVE")
    assert ssh(key, address, SAME_BOOT) == boot

    act(deployment, "suspend", "SUSPENDED")
    assert domain_state(uuid) == libvirt.VIR_DOMAIN_SHUTOFF
    act(deployment, "resume", "ACTIVE")
    assert ssh(key, address, SAME_BOOT) == boot, "the memory is what was saved"
    assert console(deployment, "cold").count("LITE ready") <= 1, "it did not boot again"

    act(deployment, "suspend", "SUSPENDED")
    run("server", "reboot", "--hard", "--wait", "cold")
    wait(lambda: "LITE ready" in console(deployment, "cold"), 180, deployment.logs)
    assert ssh(key, address, SAME_BOOT) != boot, "a hard reboot forgets what was saved"

    act(deployment, "suspend", "SUSPENDED")
    run("server", "delete", "--wait", "cold")
    assert deployment.audit() == ""


def test_a_guest_that_is_paused_behind_our_back_is_seen(deployment):
    demo = deployment.connect()
    server = demo.create_server("seen", image="lite-guest", flavor="m1.tiny", network="private", wait=True, timeout=300)
    connection = libvirt.open("qemu:///system")
    try:
        connection.lookupByUUIDString(server.id).suspend()
    finally:
        connection.close()
    wait(lambda: demo.compute.get_server(server.id).status == "PAUSED", 30, deployment.logs)
    demo.compute.unpause_server(server)
    wait(lambda: demo.compute.get_server(server.id).status == "ACTIVE", 60, deployment.logs)
    assert domain_state(server.id) == libvirt.VIR_DOMAIN_RUNNING
    demo.compute.delete_server(server)
