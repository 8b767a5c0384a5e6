"""What an operator did wrong, or what is missing: one clear line that names it, a non-zero exit, no traceback."""
import pathlib
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

from nova_lite.db import migration

BIN = pathlib.Path(sys.executable).parent
SERVICES = ("api", "conductor", "scheduler", "compute", "embedded", "metadata", "supervisor")
NOBODY = "127.0.0.1:1"                          # tcpmux: nothing listens there


@pytest.fixture
def configured(tmp_path):
    """``configured(section={option: value})`` writes a configuration file and gives its path."""
    def write(**changes):
        sections = {"DEFAULT": {"state_path": tmp_path / "state", "transport_url": "fake:/", "host": "h"},
                    "api": {"port": free_port()}, "embedded": {"port": free_port()}}
        for section, options in changes.items():
            sections.setdefault(section, {}).update(options)
        path = tmp_path / "nova_lite.conf"
        path.write_text("".join(f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
                                for section, options in sections.items()))
        return path
    return write


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def run(service, config, *args):
    return subprocess.run([BIN / f"nova-lite-{service}", "--config-file", config, *args], capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL)


def refused(service, config, *args) -> str:
    """The one line on stderr."""
    done = run(service, config, *args)
    assert done.returncode not in (0, None) and done.stdout == "", done
    assert done.stderr.count("\n") == 1 and done.stderr.startswith(f"nova-lite-{service}: "), done.stderr
    return done.stderr.removeprefix(f"nova-lite-{service}: ").rstrip("\n")


def synced(config):
    done = run("manage", config, "db", "sync")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_value_that_cannot_be(configured, service):
    config = configured(compute={"max_concurrent_builds": 0})
    assert refused(service, config) == (
        f"configuration error: [compute] max_concurrent_builds: {config}: Should be greater than or equal to 1")


@pytest.mark.parametrize("option", ["state_path", "log_dir"])
def test_a_directory_that_cannot_be(configured, option):
    config = configured(DEFAULT={option: "/proc/nova-lite"})
    assert refused("conductor", config) == f"[DEFAULT] {option} = /proc/nova-lite: No such file or directory"


def test_a_file_that_is_not_there_or_is_none(configured, tmp_path):
    assert "Failed to find some config files" in refused("api", tmp_path / "absent.conf")
    (tmp_path / "bad.conf").write_text("garbage\n")
    assert f"{tmp_path}/bad.conf:1" in refused("manage", tmp_path / "bad.conf", "db", "sync")


@pytest.mark.parametrize("service", ["api", "conductor", "scheduler", "embedded", "metadata", "supervisor"])
def test_no_schema(configured, service):
    assert refused(service, configured()).endswith(
        f"nova-lite.sqlite has schema version none, this code needs {migration.latest()}: run nova-lite-manage db sync")


def test_a_schema_of_a_newer_release(configured, tmp_path):
    config = configured()
    synced(config)
    with sqlite3.connect(tmp_path / "state" / "nova-lite.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = 'f00'")
    for service, args in (("api", ()), ("manage", ("db", "sync"))):
        assert "has schema version f00, which this code does not know" in refused(service, config, *args)


@pytest.mark.parametrize("url, problem", [
    ("nonsense", "Could not parse SQLAlchemy URL from given URL string"),
    ("sqlite:////proc/x/y", "/proc/x: No such file or directory"),
    (f"mysql+pymysql://u:secret@{NOBODY}/x", f"mysql+pymysql://u:***@{NOBODY}/x cannot be used: "),
    (f"postgresql+psycopg://u:secret@{NOBODY}/x", f"postgresql+psycopg://u:***@{NOBODY}/x cannot be used: "),
])
def test_a_database_that_cannot_be_used(configured, url, problem):
    config = configured(database={"connection": url})
    for service, args in (("conductor", ()), ("supervisor", ()), ("manage", ("db", "sync")), ("manage", ("audit",))):
        said = refused(service, config, *args)
        assert said.startswith(f"[database] connection: {problem}") and "secret" not in said


def test_a_file_that_is_no_database(configured, tmp_path):
    config = configured()
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "nova-lite.sqlite").write_text("this is not a database, but long enough to be one" * 20)
    assert refused("conductor", config).endswith("cannot be used: file is not a database")


@pytest.mark.parametrize("url, problem", [
    ("nonsense", "No scheme specified"),
    ("carrier-pigeon://x/", "oslo.messaging has no driver 'carrier-pigeon'"),
    (f"rabbit://u:secret@{NOBODY}/", f"the broker at {NOBODY} cannot be reached: Connection refused"),
])
def test_a_broker_that_cannot_be_used(configured, url, problem):
    config = configured(DEFAULT={"transport_url": url})
    synced(config)
    for service in ("conductor", "scheduler", "compute", "supervisor"):
        assert refused(service, config) == f"[DEFAULT] transport_url: {problem}"
    if not url.startswith("rabbit"):            # the API takes orders without a broker, but not with a URL that is none
        assert refused("api", config) == f"[DEFAULT] transport_url: {problem}"


@pytest.mark.parametrize("service", ["api", "embedded"])
def test_a_port_that_is_taken(configured, service):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = configured(**{service: {"port": port}})
        synced(config)
        for name in (service, "supervisor"):
            assert refused(name, config) == f"[{service}] port: 127.0.0.1:{port} cannot be used: Address already in use"


@pytest.mark.parametrize("changes, service, problem", [
    ({"compute": {"driver": "nosuch"}}, "compute", "[compute] driver = nosuch: no such virt driver"),
    ({"scheduler": {"enabled_filters": "NoFilter"}}, "scheduler",
     "[scheduler] enabled_filters: there is no filter NoFilter"),
    ({"scheduler": {"enabled_weighers": "NoWeigher"}}, "scheduler",
     "[scheduler] enabled_weighers: there is no weigher NoWeigher"),
])
def test_a_plugin_that_is_not_there(configured, changes, service, problem):
    config = configured(**changes)
    synced(config)
    for name in (service, "supervisor"):
        assert refused(name, config).startswith(problem)


@pytest.mark.parametrize("changes, problem", [
    ({"auth_strategy": "http_basic"}, "http_basic_auth_user_file {state}/htpasswd: No such file or directory"),
    ({"auth_strategy": "noauth2", "listen": "0.0.0.0"}, "auth_strategy noauth2 is for loopback only, and [api] listen "
                                                       "is 0.0.0.0"),
])
def test_an_auth_strategy_that_lacks_something(configured, tmp_path, changes, problem):
    config = configured(api=changes)
    synced(config)
    for service in ("api", "supervisor"):
        assert refused(service, config) == "[api] " + problem.format(state=tmp_path / "state")


def test_no_libvirtd(configured, tmp_path):
    pytest.importorskip("libvirt")
    uri = f"qemu+unix:///system?socket={tmp_path}/absent"
    done = run("compute", configured(compute={"driver": "libvirt"}, libvirt={"connection_uri": uri}))
    assert done.returncode == 1 and "Traceback" not in done.stdout
    said, = done.stderr.splitlines()
    assert said.startswith(f"nova-lite-compute: [libvirt] connection_uri = {uri}: ")
    assert said.endswith("is libvirtd running?")


def test_the_supervisor_does_not_hammer_at_what_cannot_run(configured, tmp_path):
    """What may come back is tried again, calmly; the line is in the log and on stderr."""
    config = configured(DEFAULT={"log_dir": tmp_path / "log"})
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "fake").write_text("in the way of the fake guests' directory")
    supervisor = subprocess.Popen([BIN / "nova-lite-supervisor", "--config-file", config, "--services", "compute"],
                                  stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        line = supervisor.stderr.readline()
        assert line.startswith("nova-lite-supervisor: compute cannot run: the fake guests' file")
        time.sleep(2)
    finally:
        supervisor.send_signal(signal.SIGTERM)
        _, rest = supervisor.communicate(timeout=30)
    log = (tmp_path / "log" / "nova-lite-compute.log").read_text()
    assert log.count("compute cannot run: the fake guests' file") == 1 and rest == ""
    assert "Traceback" not in log + rest
