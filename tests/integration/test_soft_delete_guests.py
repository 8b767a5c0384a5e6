"""Soft delete of a real guest: it is off and kept; restored, it boots from the same disk under the same address."""

import libvirt
import pytest

from tests.integration.guests import deployed, domains
from tests.integration.test_guests import ready, ssh, value
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.96.0.0/24", options="[DEFAULT]\nreclaim_instance_interval = 3600\n") as found:
        yield found


def test_a_deleted_guest_is_restored_with_its_data(deployment, key):
    run, compute = deployment.openstack, deployment.connect().compute
    run("keypair", "create", "--public-key", f"{key}.pub", "kept")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
        "--key-name", "kept", "--wait", "kept", timeout=300)
    ready(deployment, "kept")
    uuid = value(deployment, "kept", "id")
    address = compute.get_server(uuid).addresses["private"][0]["addr"]
    ssh(key, address, "echo data > kept && sync")

    run("server", "delete", "kept")
    wait(lambda: compute.get_server(uuid).status == "SOFT_DELETED", 120, deployment.logs)
    connection = libvirt.open("qemu:///system")
    try:
        assert connection.lookupByUUIDString(uuid).state()[0] == libvirt.VIR_DOMAIN_SHUTOFF
    finally:
        connection.close()
    assert "kept" not in run("server", "list")

    run("server", "restore", uuid)
    wait(lambda: compute.get_server(uuid).status == "ACTIVE", 120, deployment.logs)
    ready(deployment, "kept", boots=2)
    assert ssh(key, address, "cat kept").strip() == "data"

    run("server", "delete", uuid)
    wait(lambda: compute.get_server(uuid).status == "SOFT_DELETED", 120, deployment.logs)
    run("server", "delete", "--force", uuid)
    wait(lambda: domains(deployment) == [], 120, deployment.logs)
    assert deployment.audit() == ""
