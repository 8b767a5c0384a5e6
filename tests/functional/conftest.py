"""Fixtures of the functional tests: everything in one process, in-memory transport, SQLite, fake driver."""
import pytest

from tests.functional.answers import _watched, every_answer_is_as_declared  # noqa: F401
from tests.functional.cluster import Cluster


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """The services, not started; ``cluster.start("conductor", "scheduler", "h1")``."""
    found = Cluster(tmp_path, monkeypatch)
    yield found
    found.close()


@pytest.fixture
def running(cluster):
    """One conductor, one scheduler, one compute host ``h1``, up."""
    return cluster.start("conductor", "scheduler", "h1").wait_up("h1")
