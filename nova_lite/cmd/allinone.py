"""nova-lite-allinone: the whole cloud in one process, for anybody: no root, no broker, no database server.

API, conductor, scheduler, compute hosts and the embedded services run in threads, on oslo.messaging's in-memory
transport and SQLite; guests are the fake driver's, or libvirt's with ``--virt libvirt``.  ``AllInOne`` is the
same for tests (``nova_lite.testing``).
"""
import argparse
import contextlib
import fcntl
import pathlib
import shlex
import socket
import threading
import time
from collections.abc import Sequence

from nova_lite import exceptions, rpc, service_auth
from nova_lite.cmd import clouds, seed, service, wiring
from nova_lite.cmd.threads import ServiceThreads
from nova_lite.conf import CONF
from nova_lite.db import migration, session

PROG = "nova-lite-allinone"
CONFIG = """\
[DEFAULT]
state_path = {state_path}
transport_url = fake:/
host = {host}
allow_resize_to_same_host = {alone}
[api]
listen = {listen}
port = {api_port}
[embedded]
listen = {listen}
port = {embedded_port}
[compute]
driver = {driver}
[network]
plugging = {plugging}
[scheduler]
refresh_interval = 0.5
"""


class AllInOne:
    """A cloud in this process.  ``with AllInOne(directory) as cloud:`` it is up, then it is gone.

    ``port`` 0 takes any free one.  ``hosts``: how many fake compute hosts, or their names.  ``options``: further
    lines of the configuration file.  ``passwords`` ({"admin", "demo"}), ``api_url``, ``identity_url`` and
    ``clouds_file`` tell clients how to get in.  ``services`` starts and stops single ones: ``embedded``,
    ``conductor``, ``scheduler``, ``api``, and ``compute.HOST`` for each of ``host_names``.  One cloud at a time in a
    process: oslo.config and the transport are the process's own.
    """

    def __init__(self, directory, *, port: int = 0, listen: str = "127.0.0.1", virt: str = "fake",
                 hosts: int | Sequence[str] = 1, options: str = ""):
        self.directory = pathlib.Path(directory).resolve()
        self._port, self._listen, self._virt, self._options = port, listen, virt, options
        if hosts == 1:
            hosts = [socket.gethostname()]
        elif isinstance(hosts, int):
            hosts = [f"compute{i + 1}" for i in range(hosts)]
        self.host_names = list(hosts)
        self.services = ServiceThreads()
        self._held = contextlib.ExitStack()

    def start(self) -> "AllInOne":
        """Returns when it is ready.  Raises NovaLiteError with one clear line; nothing of it runs then."""
        try:
            self._start()
        except OSError as exc:
            self.stop()
            raise exceptions.NovaLiteError(f"--data-dir {self.directory}: {service.one_line(exc)}") from exc
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        from nova_lite.cmd import manage_bootstrap
        self._take_directory()
        api_socket = self._held.enter_context(service.listen(self._listen, self._port, "--port"))
        embedded_socket = self._held.enter_context(
            service.listen(self._listen, self._port and self._port + 1, "--port + 1"))
        self._configure(api_socket.getsockname()[1], embedded_socket.getsockname()[1])
        migration.sync()
        self.passwords = manage_bootstrap.bootstrap()
        self._add_services(api_socket, embedded_socket)
        self.services.start(*self.services.names)
        seed.seed(self.directory)
        clouds.write(self.directory, self.identity_url)
        self.clouds_file = self.directory / "clouds.yaml"

    def _add_services(self, api_socket, embedded_socket):
        # The sockets stay open here: who connects while a service starts again is not refused.
        self.services.add("embedded", lambda stop, serving: wiring.run_embedded(stop, embedded_socket.dup(), serving))
        self.services.add("conductor", wiring.run_conductor)
        self.services.add("scheduler", wiring.run_scheduler)
        for host in self.host_names:
            self.services.add(f"compute.{host}", wiring.run_compute, host)
        self.services.add("api", lambda stop, serving: wiring.run_api(stop, api_socket.dup(), serving))
        if self._virt != "fake":
            self.services.add("metadata", wiring.run_metadata)

    def _take_directory(self):
        """Two processes on one directory would be two hosts of one name."""
        if "$" in str(self.directory):
            raise exceptions.NovaLiteError(f"--data-dir {self.directory}: oslo.config takes $ for an option's name")
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = self._held.enter_context(open(self.directory / "allinone.lock", "w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise exceptions.NovaLiteError(f"--data-dir {self.directory} is in use by another {PROG}") from None

    def _configure(self, api_port, embedded_port):
        path = self.directory / "nova_lite.conf"
        path.write_text(CONFIG.format(
            state_path=self.directory, host=self.host_names[0], listen=self._listen, api_port=api_port,
            embedded_port=embedded_port, driver=self._virt, alone=len(self.host_names) == 1,
            plugging="noop" if self._virt == "fake" else "bridge") + self._options)
        CONF.clear()                    # another's options in this process (tests), which a second load would meet
        service.load(PROG, ["--config-file", str(path)])
        self.api_url = service_auth.url_of(self._listen, api_port) + "/v2.1"
        self.identity_url = service_auth.url_of(self._listen, embedded_port) + "/identity/v3"

    def wait(self, stop: threading.Event) -> None:
        """Until ``stop`` is set.  Raises NovaLiteError when a service ends before."""
        while not stop.wait(0.5):
            self.services.check()

    def credentials(self, name: str = "demo") -> dict:
        """What ``openstack.connect(**...)`` needs to be user ``demo`` or ``admin``."""
        return {"auth_url": self.identity_url, "username": name, "password": self.passwords[name],
                "project_name": name, "user_domain_name": "Default", "project_domain_name": "Default",
                "region_name": "RegionOne"}

    def stop(self) -> None:
        self.services.stop()
        self._forget()
        self._held.close()

    @staticmethod
    def _forget():
        """What the process remembers of this cloud is wrong for the next one in it."""
        from nova_lite.api.handlers import backend
        from nova_lite.embedded.identity import revocations
        rpc.cleanup()
        session.dispose()
        service_auth.reset()
        backend.forget()
        revocations.forget()
        CONF.clear()

    __enter__ = start

    def __exit__(self, *exc_info):
        self.stop()


def _number(low: int, high: int):
    def parse(text: str) -> int:
        if not low <= (value := int(text)) <= high:
            raise argparse.ArgumentTypeError(f"{value} is not within {low} and {high}")
        return value
    parse.__name__ = "whole number"                 # argparse's word for what it is, when int() refuses
    return parse


def main() -> None:
    parser = argparse.ArgumentParser(prog=PROG, description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", default=str(pathlib.Path.home() / ".nova-lite"),
                        help="everything is kept there (default: %(default)s)")
    parser.add_argument("--port", type=_number(0, 65534), default=8774,
                        help="compute API; the next one is taken too; 0: any free ones (default: 8774)")
    parser.add_argument("--listen", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--virt", choices=["fake", "libvirt"], default="fake", help="guests (default: fake)")
    parser.add_argument("--hosts", type=_number(1, 1000), default=1, help="fake compute hosts (default: 1)")
    args = parser.parse_args()
    if args.virt != "fake" and args.hosts > 1:
        parser.error("argument --hosts: only fake hosts can be several")
    begun, stop = time.monotonic(), service.until_signalled()
    cloud = AllInOne(args.data_dir, port=args.port, listen=args.listen, virt=args.virt, hosts=args.hosts,
                     options="[DEFAULT]\nlog_dir = $state_path\n")
    with service.clear_errors(PROG), cloud:
        print(f"""nova-lite is ready ({time.monotonic() - begun:.1f} s)
Ctrl-C ends it; its servers stay in {cloud.directory}

  compute   {cloud.api_url}
  identity  {cloud.identity_url}
  log       {cloud.directory / PROG}.log

  export OS_CLIENT_CONFIG_FILE={shlex.quote(str(cloud.clouds_file))} OS_CLOUD=nova-lite
  openstack server create --image lite-guest --flavor m1.tiny --network private --wait first
  nova-lite server trace first""", flush=True)
        cloud.wait(stop)
