"""The embedded services as fixtures."""
import pytest

from tests.functional.embedded.services import Services


@pytest.fixture
def services(no_cloud, tmp_path):
    found = Services(tmp_path)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def shared_services(clouds, tmp_path_factory):
    """One server for tests that do not look at what the others made."""
    clouds.stop()
    found = Services(tmp_path_factory.mktemp("embedded"))
    yield found
    found.stop()
