"""The clouds that tests share.  A process has one at a time: its options, its transport and its engine are the
process's own."""
import contextlib
import logging
import os
import pathlib
import types
import uuid

import pytest
import requests
import sqlalchemy as sa

from nova_lite import service_auth, testing
from nova_lite.cmd import manage_bootstrap, seed
from nova_lite.conf import CONF
from nova_lite.embedded.image.handlers import images
from nova_lite.embedded.network import networks
from tests.functional.baseline import Baseline
from tests.functional.sign_in import token

# Of the seed's image and network: tables of expectations name them before there is a cloud.
IMAGE = "70a599e0-31e7-49b7-b260-868f441e862b"
NETWORK = "b5f2a5a0-0e2e-4e5e-9b44-2a5d0d5f1a11"
PASSWORDS = {"admin": "adminpass", "demo": "demopass"}
PROJECT = "6f70656e737461636b20342065766572"            # most tests'; it has a security group "web"
HOSTS = ("host1", "host2", "host3")
OPTIONS = "[workflow]\nfold_interval = 0.05\nsweep_interval = 0.5\n[scheduler]\nrefresh_interval = 0.1\n"


class Clouds:
    """Keeps the last cloud that was asked for running until another one is, or none may be."""

    def __init__(self):
        self._held, self._key, self._found = contextlib.ExitStack(), None, None

    def get(self, key, make):
        """The cloud that goes by ``key``; when it does not run ``make()``, a context manager, starts it."""
        if key != self._key:
            self.stop()
            self._found = self._held.enter_context(make())
            self._key = key
        return self._found

    def common(self, database: str | None = None):
        """The one of all tests that need no other, on SQLite; or on the database of this SQLAlchemy URL."""
        database = database or os.environ.get("NOVA_LITE_TEST_DATABASE")
        return self.get(("common", database), lambda: common(database))

    def stop(self) -> None:
        self._key = self._found = None
        self._held.close()


@contextlib.contextmanager
def plain(options: str = ""):
    """An all-in-one cloud as users have it; ``options``: further lines of its configuration."""
    CONF.reset()                        # what the tests before have loaded
    with testing.cloud(options=options) as found:
        try:
            yield found
        finally:
            _close_logs(found.directory)


@contextlib.contextmanager
def common(database: str | None):
    """Three hosts, no flavors, IMAGE, NETWORK, users with PASSWORDS; ``baseline`` puts it back."""
    options = OPTIONS
    if database:
        options += f"[database]\nconnection = {database}\n"
        _empty(database)
    CONF.reset()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed, "FLAVORS", ())
        patch.setattr(seed, "CIDR", "192.168.1.0/24")
        patch.setattr(images, "uuid", _fixed(IMAGE))
        patch.setattr(networks, "uuid", _fixed(NETWORK))
        held = testing.cloud(hosts=HOSTS, options=options)
        found = held.__enter__()
    try:
        _make_group("web")
        manage_bootstrap.bootstrap(*PASSWORDS.values())
        service_auth.reset()
        found.baseline = Baseline(found)
        yield found
    finally:
        held.__exit__(None, None, None)
        _close_logs(found.directory)


def _empty(database: str) -> None:
    """What another cloud has left there."""
    engine, found = sa.create_engine(database), sa.MetaData()
    found.reflect(engine)
    found.drop_all(engine)
    engine.dispose()


def _make_group(name: str) -> None:
    """A security group of PROJECT."""
    answer = requests.post(f"{service_auth.embedded_url()}/network/v2.0/security-groups", timeout=60, headers={
        "X-Auth-Token": token("alice", PROJECT)}, json={"security_group": {"name": name}})
    assert answer.status_code == 201, answer.text


def _fixed(value: str):
    """The module ``uuid`` with a uuid4 that is this one."""
    return types.SimpleNamespace(UUID=uuid.UUID, uuid4=lambda: uuid.UUID(value))


def _close_logs(directory) -> None:
    """Its directory is gone, and the next cloud's log would be in whatever directory this is."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logging.FileHandler)]:
        if pathlib.Path(handler.baseFilename).is_relative_to(directory):
            root.removeHandler(handler)
            handler.close()
    CONF.clear_override("log_file")


def address(service: str) -> tuple[str, int]:
    """(host, port) of the running cloud's ``api`` or ``embedded``."""
    return "127.0.0.1", CONF[service].port
