"""A whole cloud for tests, of this project and of others.

As a pytest fixture::

    from nova_lite.testing import nova_lite_cloud        # in a conftest.py; it is session-wide

    def test_mine(nova_lite_cloud):
        connection = openstack.connect(**nova_lite_cloud.credentials())

or as a context manager: ``with nova_lite.testing.cloud() as c:``.  The cloud is ``nova-lite-allinone`` in this process:
real API, conductor, scheduler and compute service, fake guests, on free ports of 127.0.0.1.
"""
import contextlib
import tempfile

import pytest

from nova_lite.cmd.allinone import AllInOne


@contextlib.contextmanager
def cloud(**options):
    """An ``AllInOne`` in a temporary directory; ``options`` are its own (``hosts``, ``options`` …)."""
    with tempfile.TemporaryDirectory(prefix="nova-lite-") as directory, AllInOne(directory, **options) as found:
        yield found


@pytest.fixture(scope="session")
def nova_lite_cloud():
    """One cloud for all tests of a session."""
    with cloud() as found:
        yield found
