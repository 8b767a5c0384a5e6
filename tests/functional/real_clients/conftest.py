"""What all clients find: a cloud with flavors, a network and an image, and after each test as it was."""
import openstack
import pytest

from nova_lite.api.microversions import MAX, MIN
from tests.waiting import wait

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVvx2Hj5ZkYxQY4zJ3bF7cWq1YqQyQ1Qb8v1mJ0Tn0v alice@example"

@pytest.fixture(params=[MIN, MAX])
def version(request):
    """A microversion that the client asks for."""
    return request.param


@pytest.fixture
def admin(cloud):
    """An SDK connection of the administrator, at the client's default version; what tests leave is deleted."""
    found = openstack.connect(**cloud.credentials("admin"))
    yield found
    for server in found.compute.servers(all_projects=True, details=False):
        found.compute.delete_server(server, ignore_missing=True)
    wait(lambda: not list(found.compute.servers(all_projects=True, details=False)), 60)
    demo = openstack.connect(**cloud.credentials("demo"))
    for key in demo.compute.keypairs():
        demo.compute.delete_keypair(key)
