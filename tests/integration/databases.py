"""What tests on each database share: a deployment with fake guests, and what a user does to it."""
import pytest

from nova_lite.conf import CONF
from nova_lite.db import session
from nova_lite.db.tables import metadata
from tests.integration.deployment import Deployment, required
from tests.waiting import wait

DATABASES = {"sqlite": None, "mariadb": "NOVA_LITE_TEST_MARIADB_URL", "postgresql": "NOVA_LITE_TEST_POSTGRESQL_URL"}


@pytest.fixture(scope="module", params=DATABASES)
def deployment(request):
    variable = DATABASES[request.param]
    with Deployment(required(variable) if variable else None, hosts=2, options="[fake]\nspawn_delay = 0.05") as found:
        yield found.furnish()


@pytest.fixture
def demo(deployment):
    connection = deployment.connect()
    yield connection
    for server in connection.compute.servers(details=False):
        connection.compute.delete_server(server, ignore_missing=True)
    wait(lambda: not list(connection.compute.servers(details=False)), 90)
    assert deployment.audit() == ""


@pytest.fixture(scope="module", params=DATABASES)
def tables(request, tmp_path_factory):
    """Of each database, made for the module."""
    url = f"sqlite:///{tmp_path_factory.mktemp('database')}/test.sqlite"
    if variable := DATABASES[request.param]:
        url = required(variable)
    CONF.set_override("connection", url, group="database")
    session.dispose()
    metadata.drop_all(session.get_engine())
    metadata.create_all(session.get_engine())
    yield metadata.sorted_tables
    metadata.drop_all(session.get_engine())
    session.dispose()
    CONF.clear_override("connection", group="database")


@pytest.fixture
def database(tables):
    """The ``session`` module, on each database, with nothing in it."""
    yield session
    with session.writer() as connection:
        for table in reversed(tables):
            connection.execute(table.delete())


def create(demo, name, **values):
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    return demo.compute.create_server(name=name, image_id=image.id, flavor_id=flavor.id, **{
        "networks": [{"uuid": demo.network.find_network("private").id}], **values})


def statuses(demo):
    return sorted(server.status for server in demo.compute.servers())
