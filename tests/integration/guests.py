"""What tests with real guests share: a deployment of them, and what libvirt has of it."""
import contextlib
import pathlib

import libvirt
import libvirt_qemu

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


@contextlib.contextmanager
def libvirtd():
    """A connection to the machine's own."""
    connection = libvirt.open("qemu:///system")
    try:
        yield connection
    finally:
        connection.close()


def domains(deployment) -> list[str]:
    """Names of those whose disks are the deployment's."""
    with libvirtd() as connection:
        return [domain.name() for domain in connection.listAllDomains()
                if str(deployment.directory) in domain.XMLDesc()]


def domain_state(uuid: str) -> int:
    """libvirt's number."""
    with libvirtd() as connection:
        return connection.lookupByUUIDString(uuid).state()[0]


def agent_answers(uuid: str) -> bool:
    """Whether a guest's agent does: it starts after the guest has said that it is ready."""
    with libvirtd() as connection:
        try:
            libvirt_qemu.qemuAgentCommand(connection.lookupByUUIDString(uuid), '{"execute": "guest-ping"}', 5, 0)
            return True
        except libvirt.libvirtError:
            return False
