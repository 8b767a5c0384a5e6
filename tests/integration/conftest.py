"""Fixtures: a deployment on each database, a user of it; a host of guests; a key for ssh."""
import subprocess

import pytest

from tests.integration.databases import demo, deployment  # noqa: F401
from tests.integration.guest_host import host  # noqa: F401


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """The path of a private key; the public one is beside it."""
    path = tmp_path_factory.mktemp("key") / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path
