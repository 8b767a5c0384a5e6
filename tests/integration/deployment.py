"""A deployment of real processes: supervisor, RabbitMQ, a database server, fake or real guests.

The broker and the databases are those that tools/run_tests.sh started (see its environment variables).
"""
import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

import openstack
import psutil
import sqlalchemy as sa
import yaml

from nova_lite.failpoints import ENVIRONMENT
from tests.integration import abandoned

BIN = pathlib.Path(sys.executable).parent
FLAVORS = (("m1.nano", 128, 1, 1), ("m1.tiny", 256, 1, 1))


def required(name: str) -> str:
    """An environment variable of tools/run_tests.sh; without it these tests cannot run, and that is a failure."""
    value = os.environ.get(name)
    assert value, f"{name} is not set: run tools/run_tests.sh integration"
    return value


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return found


class Deployment:
    """``with Deployment(database_url) as d:`` its services run, users demo and admin exist."""

    def __init__(self, database_url: str | None = None, *, hosts: int = 1,
                 virt: str = "fake", options: str = "", broker_url: str | None = None, services: tuple[str, ...] = (),
                 failpoints: bool = True):
        # Not pytest's own directory: that is closed to the user that qemu runs as.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=abandoned.PREFIX))
        self.directory.chmod(0o711)
        self._virt, self._extra, self._services = virt, options, services
        self.broker_url = broker_url or required("NOVA_LITE_TEST_RABBIT_URL")
        # Names of their own: the broker is shared by all tests, and with it the queues.
        self.hosts = [f"h{uuid.uuid4().hex[:6]}" for _ in range(hosts)]
        self.api_port, self.embedded_port, self._metadata_port = free_ports(3)
        self.database_url = database_url or f"sqlite:///{self.directory}/nova-lite.sqlite"
        self.config = self.directory / "nova_lite.conf"
        self.failpoints = self.directory / "failpoints" if failpoints else None
        self.supervisor: subprocess.Popen | None = None
        self._others: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        abandoned.clear()
        self._claim = abandoned.claim(self.directory)
        with contextlib.ExitStack() as stack:
            stack.push(self.__exit__)                   # what was begun ends here too when a part of it fails
            self._write_config()
            if self.failpoints:
                self.failpoints.mkdir()
            self._empty_database()
            self.manage("db", "sync")
            self.manage("bootstrap")
            self.start()
            stack.pop_all()
        return self

    def __exit__(self, *exc_info):
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._claim)
            stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
            stack.callback(self._empty_database)
            if self._virt == "libvirt":
                stack.callback(abandoned.remove_guests, self.directory)
            self.stop()

    def _write_config(self):
        real = self._virt == "libvirt"
        self.config.write_text(f"""
[DEFAULT]
host = {self.hosts[0]}
state_path = {self.directory}
log_dir = {self.directory}/log
transport_url = {self.broker_url}
report_interval = 5
service_down_time = 12
[database]
connection = {self.database_url}
[api]
port = {self.api_port}
[embedded]
port = {self.embedded_port}
[compute]
driver = {self._virt}
max_concurrent_builds = {2 if real else 4}
shutdown_timeout = 30
[network]
plugging = {"bridge" if real else "noop"}
bridge_prefix = nlt{uuid.uuid4().hex[:3]}
[metadata]
port = {self._metadata_port}
[libvirt]
virt_type = {os.environ.get("NOVA_LITE_TEST_VIRT_TYPE", "qemu")}
instance_name_template = nlt-%s
[quota]
instances = -1
cores = -1
ram = -1
[workflow]
step_lease = 6
sweep_interval = 1
{self._extra}
""")

    def _empty_database(self):
        if self.database_url.startswith("sqlite"):
            return
        engine = sa.create_engine(self.database_url)
        with engine.begin() as connection:
            found = sa.MetaData()
            found.reflect(connection)
            found.drop_all(connection)
        engine.dispose()

    # -- processes -------------------------------------------------------------------------------
    def manage(self, *args: str, check: bool = True) -> subprocess.CompletedProcess:
        """nova-lite-manage with this deployment's configuration."""
        done = subprocess.run([BIN / "nova-lite-manage", "--config-file", self.config, *args], capture_output=True,
                              text=True, timeout=120, stdin=subprocess.DEVNULL)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self):
        services = "embedded,api,conductor,scheduler,compute" + (",metadata" if self._virt == "libvirt" else "")
        services = ",".join((services, *self._services))
        self.supervisor = self._run("nova-lite-supervisor", "--services", services,
                                    "--compute-hosts", ",".join(self.hosts))
        self._wait_for(f"http://127.0.0.1:{self.api_port}/")
        self._wait_for(f"http://127.0.0.1:{self.embedded_port}/identity/v3")
        admin = self.connect("admin")
        until = time.monotonic() + 60
        while sum(s.state == "up" for s in admin.compute.services(binary="nova-compute")) < len(self.hosts):
            assert time.monotonic() < until and self.supervisor.poll() is None, self.logs()
            time.sleep(0.2)

    def run_another(self, service: str) -> int:
        """Start a second ``conductor`` or ``scheduler`` beside the supervisor's; its pid.  Ends with the deployment."""
        self._others[service] = self._run(f"nova-lite-{service}")
        return self._others[service].pid

    def revive_others(self) -> None:
        """Start again what ``run_another`` had started and a test killed."""
        for service, other in list(self._others.items()):
            if other.poll() is not None:
                self.run_another(service)

    def _run(self, program: str, *args: str) -> subprocess.Popen:
        with open(self.directory / "supervisor.out", "ab") as out:
            return subprocess.Popen([BIN / program, "--config-file", self.config, *args], stdin=subprocess.DEVNULL,
                                    stdout=out, stderr=out, start_new_session=True, cwd=self.directory,
                                    env={**os.environ, **({ENVIRONMENT: str(self.failpoints)} if self.failpoints
                                                          else {})})

    def _wait_for(self, url, seconds=60):
        until = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(url, timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                assert time.monotonic() < until and self.supervisor.poll() is None, self.logs()
                time.sleep(0.1)

    def stop(self):
        while self._others:
            _service, other = self._others.popitem()
            other.kill()
            other.wait()
        if self.supervisor is None:
            return
        family = [self.supervisor.pid, *(p.pid for p in psutil.Process(self.supervisor.pid).children(recursive=True))] \
            if self.supervisor.poll() is None else []
        self.supervisor.terminate()
        try:
            self.supervisor.wait(60)
        except subprocess.TimeoutExpired:
            for pid in family:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            raise AssertionError("the supervisor did not stop within 60 s:\n" + self.logs()) from None
        finally:
            self.supervisor = None

    def processes(self) -> list[psutil.Process]:
        """The supervisor's children, and what ``run_another`` started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [*psutil.Process(self.supervisor.pid).children(recursive=True),
                    *(psutil.Process(other.pid) for other in self._others.values())]
        return []

    def pids(self, service: str) -> list[int]:
        """Those that the supervisor runs: ``api``, ``conductor``, ``scheduler``, ``embedded``, ``compute-HOST`` …"""
        found = []
        for child in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                if " ".join(child.cmdline()).startswith(f"nova-lite: {service}"):
                    found.append(child.pid)
        return found

    def kill(self, service: str) -> int:
        """kill -9 of its processes; the supervisor starts them again.  How many there were."""
        found = self.pids(service)
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        return len(found)

    def arm(self, place: str, order: str = "kill") -> pathlib.Path:
        """The next process that comes to a fail-point obeys (nova_lite.failpoints); the file is gone then."""
        path = self.failpoints / place
        part = path.with_suffix(".part")
        part.write_text(order)
        part.rename(path)               # never read half-written
        return path

    def kill_supervisor(self, seconds: float = 60) -> None:
        """kill -9 of the supervisor; returns when its services have ended by themselves."""
        children = psutil.Process(self.supervisor.pid).children(recursive=True)
        self.supervisor.kill()
        self.supervisor.wait()
        _gone, alive = psutil.wait_procs(children, seconds)
        assert not alive, f"they outlive the supervisor: {[' '.join(p.cmdline()) for p in alive]}\n{self.logs()}"

    def logs(self) -> str:
        parts = []
        for path in [self.directory / "supervisor.out", *sorted((self.directory / "log").glob("*.log"))]:
            parts.append(f"== {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-40:]))
        return "\n".join(parts)

    # -- clients -----------------------------------------------------------------------------------
    def credentials(self, user: str = "demo") -> dict:
        passwords = yaml.safe_load((self.directory / "passwords.yaml").read_text())
        return {"auth_url": f"http://127.0.0.1:{self.embedded_port}/identity/v3", "username": user,
                "password": passwords[user], "project_name": user, "user_domain_name": "Default",
                "project_domain_name": "Default", "region_name": "RegionOne"}

    def connect(self, user: str = "demo") -> openstack.connection.Connection:
        return openstack.connect(**self.credentials(user))

    def openstack(self, *args: str, timeout: int = 180) -> str:
        """The unmodified ``openstack`` client's output."""
        env = {**os.environ, **{f"OS_{key.upper()}": value for key, value in self.credentials().items()},
               "OS_IDENTITY_API_VERSION": "3", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run([BIN / "openstack", *args], capture_output=True, text=True, timeout=timeout, env=env,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"openstack {' '.join(args)}:\n{done.stdout}{done.stderr}\n{self.logs()}"
        return done.stdout

    def furnish(self, image: pathlib.Path | None = None, cidr: str = "10.91.0.0/24"):
        """Flavors, a network ``private`` and the image ``lite-guest`` (a placeholder for fake guests)."""
        admin = self.connect("admin")
        for name, ram, disk, vcpus in FLAVORS:
            admin.compute.create_flavor(name=name, ram=ram, disk=disk, vcpus=vcpus)
        network = admin.network.create_network(name="private", shared=True)
        admin.network.create_subnet(name="private", network_id=network.id, ip_version=4, cidr=cidr)
        demo = self.connect()
        group = demo.network.find_security_group("default", project_id=demo.current_project_id)
        for rule in ({"protocol": "tcp", "port_range_min": 22, "port_range_max": 22}, {"protocol": "icmp"}):
            demo.network.create_security_group_rule(security_group_id=group.id, direction="ingress", **rule)
        content = image.read_bytes() if image else b"placeholder".ljust(512)
        admin.image.create_image(name="lite-guest", visibility="public", container_format="bare", data=content,
                                 disk_format="qcow2" if image else "raw", validate_checksum=True)
        return self

    def audit(self, seconds: float = 60) -> str:
        """What ``nova-lite-manage audit`` prints, once it prints nothing or the time is over."""
        until = time.monotonic() + seconds
        while True:
            done = self.manage("audit", check=False)
            if done.returncode == 0 or time.monotonic() > until:
                return done.stdout + done.stderr
            time.sleep(1)
