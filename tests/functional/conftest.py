"""The all-in-one clouds that tests share: real services, in-memory transport, SQLite, fake guests."""
import pytest

from tests import images_left
from tests.functional import clouds as shared
from tests.functional import haste
from tests.functional.answers import _watched, every_answer_is_as_declared  # noqa: F401
from tests.functional.cluster import Cluster


def pytest_addoption(parser):
    parser.addoption("--record-examples", action="store_true",
                     help="write doc/examples: see tests/functional/examples.py")


@pytest.fixture(scope="package", autouse=True)
def _haste():
    with pytest.MonkeyPatch.context() as patch:
        haste.make(patch)
        yield


@pytest.fixture(scope="package")
def clouds(_haste):
    """Which cloud runs; see ``clouds.Clouds``."""
    found = shared.Clouds()
    yield found
    found.stop()


@pytest.fixture
def no_cloud(clouds):
    """Nothing runs in this process but what the test starts."""
    clouds.stop()


@pytest.fixture
def common_cloud(clouds):
    """The one cloud of all tests that need no other; nothing that a test did there is left."""
    found = clouds.common()
    yield found
    try:
        found.baseline.put_back()
    except BaseException:
        clouds.stop()                   # the next test's is a new one
        raise


@pytest.fixture(scope="module")
def cloud(clouds, request):
    """A cloud of the module's own; its OPTIONS are further lines of the configuration."""
    options = getattr(request.module, "OPTIONS", "")
    return clouds.get((request.module.__name__, options), lambda: shared.plain(options))


@pytest.fixture(scope="module")
def shared_cluster(clouds, tmp_path_factory, request):
    """One cloud of three hosts for all tests of the engine; a module may name ``CLUSTER``: options of it."""
    options = getattr(request.module, "CLUSTER", {})
    return clouds.get(("cluster", *sorted(options.items())),
                      lambda: Cluster(tmp_path_factory.mktemp("cloud"), **options))


@pytest.fixture
def cluster(shared_cluster):
    """Everything runs, there is no server.  Whatever the test did, nothing is wrong with what is left once all
    services run again, nor when all servers are deleted then."""
    yield shared_cluster
    shared_cluster.recover()
    assert shared_cluster.audit() == []
    shared_cluster.clear()
    assert shared_cluster.audit() == []
    assert list(images_left.findings()) == []


def pytest_collection_modifyitems(items):
    """A killed service's threads end by SystemExit wherever they are."""
    for item in items:
        if "shared_cluster" in item.fixturenames:
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"))
