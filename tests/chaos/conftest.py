"""Fixtures: a deployment on each database, a user of it."""
from tests.groups import Groups
from tests.integration.databases import demo, deployment  # noqa: F401


def pytest_xdist_make_scheduler(config, log):
    """Of two processes that run the tests one kills; the other has what a third cloud beside would disturb."""
    return Groups(config, log, lambda module: "kills" if module.startswith("test_kill_matrix") else "faults")
