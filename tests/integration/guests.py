"""What tests with real guests share: a deployment of them, and what libvirt has of it."""
import contextlib
import pathlib

import libvirt

from tests.integration.deployment import Deployment, required
from tests.waiting import wait


@contextlib.contextmanager
def deployed(cidr: str, **more):
    """A furnished deployment (``more``: what Deployment takes, too); when its servers are deleted at the end, nothing
    may be left of them."""
    with Deployment(virt="libvirt", **more) as deployment:
        yield deployment.furnish(pathlib.Path(required("NOVA_LITE_TEST_GUEST_IMAGE")), cidr=cidr)
        admin = deployment.connect("admin")
        for server in admin.compute.servers(all_projects=True):
            admin.compute.delete_server(server)
        wait(lambda: deployment.audit() == "" and not domains(deployment), 120, "guests left")


def domains(deployment) -> list[str]:
    """Names of those whose disks are the deployment's."""
    connection = libvirt.open("qemu:///system")
    try:
        return [domain.name() for domain in connection.listAllDomains()
                if str(deployment.directory) in domain.XMLDesc()]
    finally:
        connection.close()
