"""openstacksdk: its compute proxy, call by call."""
import openstack
import pytest

from tests.functional.real_clients.conftest import PUBLIC_KEY
from tests.waiting import wait

# What is called on the compute proxy with the server, and the status that it comes to.
ACTIONS = [
    ("stop_server", (), "SHUTOFF"), ("start_server", (), "ACTIVE"), ("reboot_server", ("HARD",), "ACTIVE"),
    ("reboot_server", ("SOFT",), "ACTIVE"), ("pause_server", (), "PAUSED"), ("unpause_server", (), "ACTIVE"),
    ("suspend_server", (), "SUSPENDED"), ("resume_server", (), "ACTIVE"), ("rescue_server", (), "RESCUE"),
    ("unrescue_server", (), "ACTIVE"), ("lock_server", (), "ACTIVE"), ("unlock_server", (), "ACTIVE"),
]
LISTS = ("flavors", "keypairs", "servers", "server_groups", "availability_zones")
ADMIN_LISTS = ("aggregates", "hypervisors", "services", "usages")


@pytest.fixture
def demo(cloud, version, admin):
    return openstack.connect(**cloud.credentials("demo"), compute_default_microversion=version)


@pytest.fixture
def root(cloud, version):
    return openstack.connect(**cloud.credentials("admin"), compute_default_microversion=version)


@pytest.fixture
def server(demo):
    made = demo.compute.create_server(
        name="sdk", image_id=demo.image.find_image("lite-guest").id, metadata={"a": "b"},
        flavor_id=demo.compute.find_flavor("m1.nano").id,
        networks=[{"uuid": demo.network.find_network("private").id}])
    return demo.compute.wait_for_server(made, wait=60, interval=0.05)


def _waits(demo, server, status):
    def there():
        found = demo.compute.get_server(server.id)
        return found.status == status and found.task_state is None
    wait(there, 60, lambda: str(demo.compute.get_server(server.id)))


@pytest.mark.parametrize("name", LISTS)
def test_lists(demo, name):
    assert isinstance(list(getattr(demo.compute, name)()), list)


@pytest.mark.parametrize("name", ADMIN_LISTS)
def test_lists_of_administrators(root, name):
    found = list(getattr(root.compute, name)())
    assert found or name in ("aggregates", "usages")


def test_the_life_of_a_server(demo, root, server):
    assert [found.id for found in demo.compute.servers(name="sdk")] == [server.id]
    for method, arguments, status in ACTIONS:
        getattr(demo.compute, method)(server.id, *arguments)
        _waits(demo, server, status)
    demo.compute.rebuild_server(server.id, image=demo.image.find_image("lite-guest").id, name="rebuilt")
    _waits(demo, server, "ACTIVE")
    image = demo.compute.create_server_image(server.id, "copy", wait=True, timeout=60)
    assert image.status == "active"
    demo.image.delete_image(image.id)
    root.compute.reset_server_state(server.id, "error")
    _waits(demo, server, "ERROR")
    root.compute.reset_server_state(server.id, "active")
    demo.compute.delete_server(server.id)
    demo.compute.wait_for_delete(server, wait=60, interval=0.05)


def test_what_hangs_on_a_server(demo, server):
    compute = demo.compute
    assert compute.update_server(server.id, name="renamed").name == "renamed"
    assert compute.set_server_metadata(server.id, c="d").metadata["c"] == "d"
    assert compute.get_server_metadata(server.id).metadata == {"a": "b", "c": "d"}
    compute.delete_server_metadata(server.id, ["a"])
    assert "fake" in compute.get_server_console_output(server.id)["output"].lower()
    [port] = compute.server_interfaces(server.id)
    assert port.fixed_ips[0]["ip_address"] == server.addresses["private"][0]["addr"]
    added = compute.create_server_interface(server.id, net_id=demo.network.find_network("private").id)
    assert len(list(compute.server_interfaces(server.id))) == 2
    compute.delete_server_interface(added.port_id, server.id)
    wait(lambda: len(list(compute.server_interfaces(server.id))) == 1, 60)
    [*_others, created] = compute.server_actions(server.id)
    assert created.action == "create"


def test_keypairs_and_groups(demo):
    key = demo.compute.create_keypair(name="k", public_key=PUBLIC_KEY)
    assert demo.compute.find_keypair("k").fingerprint == key.fingerprint
    demo.compute.delete_keypair("k")
    given = {"policy": "affinity"} if demo.compute.default_microversion != "2.1" else {"policies": ["affinity"]}
    group = demo.compute.create_server_group(name="g", **given)
    assert demo.compute.find_server_group("g").id == group.id
    demo.compute.delete_server_group(group)


def test_flavors_and_aggregates(root, cloud):
    flavor = root.compute.create_flavor(name="f", ram=64, vcpus=1, disk=1, is_public=False)
    root.compute.create_flavor_extra_specs(flavor, {"hw:cpu_policy": "shared"})
    assert root.compute.fetch_flavor_extra_specs(flavor).extra_specs == {"hw:cpu_policy": "shared"}
    project = root.identity.find_project("demo").id
    root.compute.flavor_add_tenant_access(flavor, project)
    assert [access["tenant_id"] for access in root.compute.get_flavor_access(flavor)] == [project]
    root.compute.delete_flavor(flavor)
    aggregate = root.compute.create_aggregate(name="a", availability_zone="east")
    host = cloud.host_names[0]
    assert root.compute.add_host_to_aggregate(aggregate.id, host).hosts == [host]
    root.compute.remove_host_from_aggregate(aggregate.id, host)
    root.compute.delete_aggregate(aggregate)


def test_quotas_and_limits(demo, root):
    project = root.identity.find_project("demo").id
    before = root.compute.get_quota_set(project).instances
    assert root.compute.update_quota_set(project, instances=before + 1).instances == before + 1
    assert demo.compute.get_limits().absolute.instances == before + 1
    root.compute.revert_quota_set(project)
    assert root.compute.get_quota_set_defaults(project).instances == before
