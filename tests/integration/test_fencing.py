"""A real host that fences itself ([compute] fence_after); apart from other deployments, which share the broker."""
import os
import pathlib
import signal

import pytest

from tests.integration import guest_host
from tests.integration.deployment import Deployment, required
from tests.integration.guests import domains
from tests.integration.test_compute_host import qemu, until
from tests.waiting import wait

pytestmark = [
    pytest.mark.integration, pytest.mark.timeout(400),
    pytest.mark.skipif(not guest_host.IMAGE, reason="NOVA_LITE_TEST_GUEST_IMAGE names no image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="bridges need root"),
]


def test_a_frozen_host_that_fences_itself_runs_nothing():
    """Its service can do nothing: the guard kills it and stops the guest; the next one tells what is."""
    with Deployment(virt="libvirt", options="[compute]\nfence_after = 8") as fencing:
        fencing.furnish(pathlib.Path(required("NOVA_LITE_TEST_GUEST_IMAGE")), cidr="10.94.0.0/24")
        user = fencing.connect()
        image, flavor = user.image.find_image("lite-guest"), user.compute.find_flavor("m1.nano")
        server = user.compute.create_server(name="fenced", image_id=image.id, flavor_id=flavor.id, networks="none")
        until(fencing, user, server, "ACTIVE")
        frozen = fencing.pids("compute")
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        wait(lambda: qemu(server) is None, 90, fencing.logs)
        until(fencing, user, server, "SHUTOFF")
        assert fencing.pids("compute") != frozen and fencing.audit() == ""
        user.compute.start_server(server)
        until(fencing, user, server, "ACTIVE")
        user.compute.delete_server(server)
        user.compute.wait_for_delete(server, wait=60)
        assert fencing.audit() == "" and domains(fencing) == []
