"""Rebuild of a real guest: a new disk under the same address, uuid and key; a stopped server is not started by it."""
import subprocess

import libvirt
import pytest

from tests.integration.guests import deployed, domain_state
from tests.integration.test_guests import ready, ssh, value
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
MARK = "of-the-old-disk"              # in the user's home


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.94.0.0/24") as found:
        yield found


def test_a_rebuild_and_one_of_a_stopped_server(deployment, key, tmp_path):
    run, compute = deployment.openstack, deployment.connect().compute
    run("keypair", "create", "--public-key", f"{key}.pub", "anew")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
        "--key-name", "anew", "--wait", "anew", timeout=300)
    ready(deployment, "anew")
    before = compute.get_server(value(deployment, "anew", "id"))
    address = before.addresses["private"][0]["addr"]
    ssh(key, address, f"echo kept > {MARK} && sync")

    run("server", "rebuild", "--image", "lite-guest", "--name", "renewed", "--wait", "anew", timeout=300)
    ready(deployment, "renewed")
    after = compute.get_server(before.id)
    assert (after.status, after.addresses, after.host_id) == ("ACTIVE", before.addresses, before.host_id)
    assert ssh(key, address, f"ls {MARK} 2>/dev/null || echo a new disk").strip() == "a new disk"

    # Another key from 2.54 on: it opens the new guest, the old one does not.
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    run("keypair", "create", "--public-key", str(tmp_path / "other.pub"), "other")
    run("--os-compute-api-version", "2.57", "server", "rebuild", "--image", "lite-guest", "--key-name", "other",
        "--wait", "renewed", timeout=300)
    ready(deployment, "renewed")
    assert ssh(tmp_path / "other", address, "echo there").strip() == "there"
    with pytest.raises(AssertionError, match="Permission denied"):
        ssh(key, address, "echo there")
    key = tmp_path / "other"

    ssh(key, address, f"echo kept > {MARK} && sync")
    run("server", "stop", "renewed")
    wait(lambda: value(deployment, "renewed", "status") == "SHUTOFF", 120, deployment.logs)
    run("server", "rebuild", "--image", "lite-guest", "renewed")
    wait(lambda: compute.get_server(before.id).task_state is None, 120, deployment.logs)
    assert compute.get_server(before.id).status == "SHUTOFF"
    assert domain_state(before.id) == libvirt.VIR_DOMAIN_SHUTOFF, "it is not started by it"
    run("server", "start", "renewed")
    ready(deployment, "renewed")
    assert ssh(key, address, f"ls {MARK} 2>/dev/null || echo a new disk").strip() == "a new disk"
    run("server", "delete", "--wait", "renewed")
    assert deployment.audit() == ""
