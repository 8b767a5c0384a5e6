"""Fixtures: a deployment on each database, a user of it; a host of guests; a key for ssh."""
import subprocess

import pytest

from tests.groups import Groups
from tests.integration.databases import database, demo, deployment, tables  # noqa: F401
from tests.integration.guest_host import host  # noqa: F401

# Two processes run the tests.  What has guests or bridges is left to one of them: the metadata address of guests is
# the machine's, and so is libvirt.  These have none.
BESIDE_GUESTS = ("test_server_query", "test_transactions", "test_image_tricks", "test_databases",
                 "test_groups_and_zones", "test_operations", "test_notifications", "test_rpc", "test_workloads",
                 "test_gophercloud")


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """The path of a private key; the public one is beside it."""
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path


def pytest_xdist_make_scheduler(config, log):
    return Groups(config, log, lambda module: "beside" if module in BESIDE_GUESTS else "guests")
