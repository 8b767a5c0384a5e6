"""The all-in-one cloud that tests of the engine share: real services, in-memory transport, SQLite, fake guests."""
import pytest

from tests.functional.answers import _watched, every_answer_is_as_declared  # noqa: F401
from tests.functional.cluster import Cluster


@pytest.fixture(scope="module")
def shared_cluster(tmp_path_factory, request):
    """One cloud of three hosts for all tests of a module, which may name ``CLUSTER``: options of it."""
    with Cluster(tmp_path_factory.mktemp("cloud"), **getattr(request.module, "CLUSTER", {})) as found:
        yield found


@pytest.fixture
def cluster(shared_cluster):
    """Everything runs, there is no server.  Whatever the test did, nothing is wrong with what is left once all
    services run again, nor when all servers are deleted then."""
    yield shared_cluster
    shared_cluster.recover()
    assert shared_cluster.audit() == []
    shared_cluster.clear()
    assert shared_cluster.audit() == []


def pytest_collection_modifyitems(items):
    """A killed service's threads end by SystemExit wherever they are."""
    for item in items:
        if "shared_cluster" in item.fixturenames:
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"))
