"""python-novaclient: old, and still what many tools are made with."""
import keystoneauth1.loading
import keystoneauth1.session
import novaclient
import pytest
from novaclient import client

from tests.waiting import wait

ACTIONS = [
    ("stop", (), "SHUTOFF"), ("start", (), "ACTIVE"), ("reboot", ("HARD",), "ACTIVE"), ("pause", (), "PAUSED"),
    ("unpause", (), "ACTIVE"), ("suspend", (), "SUSPENDED"), ("resume", (), "ACTIVE"), ("lock", (), "ACTIVE"),
    ("unlock", (), "ACTIVE"), ("rescue", (), "RESCUE"), ("unrescue", (), "ACTIVE"),
]


@pytest.fixture
def connect(cloud, version):
    def nova(user):
        login = dict(cloud.credentials(user))
        region = login.pop("region_name")
        auth = keystoneauth1.loading.get_plugin_loader("password").load_from_options(**login)
        latest = novaclient.API_MAX_VERSION.get_string()
        return client.Client(min(version, latest, key=_number), session=keystoneauth1.session.Session(auth),
                             region_name=region)
    return nova


def _number(text: str) -> tuple:
    return tuple(map(int, text.split(".")))



@pytest.fixture
def demo(connect, admin):
    return connect("demo")


@pytest.fixture
def root(connect):
    return connect("admin")


@pytest.fixture
def server(demo, admin):
    nics = [{"net-id": admin.network.find_network("private").id}]
    made = demo.servers.create("nova", admin.image.find_image("lite-guest").id, demo.flavors.find(name="m1.nano"),
                               nics=nics, meta={"a": "b"})
    _waits(demo, made, "ACTIVE")
    return made


def _waits(demo, server, status):
    def there():
        found = demo.servers.get(server.id)
        return found.status == status and getattr(found, "OS-EXT-STS:task_state") is None
    wait(there, 60, lambda: str(demo.servers.get(server.id).to_dict()))


def test_the_life_of_a_server(demo, server):
    for method, arguments, status in ACTIONS:
        getattr(demo.servers, method)(server, *arguments)
        _waits(demo, server, status)
    demo.servers.rebuild(server, demo.glance.find_image("lite-guest"))
    _waits(demo, server, "ACTIVE")
    demo.servers.delete(server)
    wait(lambda: not demo.servers.list(), 60)


def test_what_hangs_on_a_server(demo, root, server):
    assert demo.servers.list(search_opts={"name": "nova"})[0].id == server.id
    assert demo.servers.update(server, name="renamed").name == "renamed"
    demo.servers.set_meta(server, {"c": "d"})
    demo.servers.delete_meta(server, ["a"])
    assert demo.servers.get(server.id).metadata == {"c": "d"}
    assert "fake" in demo.servers.get_console_output(server).lower()
    assert len(demo.servers.interface_list(server)) == 1
    assert demo.instance_action.list(server)[-1].action == "create"
    root.servers.reset_state(server, "error")
    _waits(demo, server, "ERROR")
    assert demo.servers.ips(server)["private"][0]["version"] == 4


def test_lists(demo, root):
    assert [flavor.name for flavor in demo.flavors.list()][:2] == ["m1.nano", "m1.tiny"]
    for manager in (demo.keypairs, demo.server_groups, root.availability_zones, root.services, root.hypervisors,
                    root.aggregates):
        assert isinstance(manager.list(), list)
    assert [zone.zoneName for zone in demo.availability_zones.list(detailed=False)] == ["nova"]
    assert demo.limits.get().to_dict()["absolute"]["maxTotalInstances"] == 10
    assert root.quotas.get("demo").instances == 10
    assert root.hypervisors.list(detailed=True)[0].state == "up"
    assert demo.versions.get_current().version
