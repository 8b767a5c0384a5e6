"""nova-lite-allinone: the whole cloud in one process, for anybody: no root, no broker, no database server.

API, conductor, scheduler, compute hosts and the embedded services run in threads, on oslo.messaging's in-memory
transport and SQLite; guests are the fake driver's, or libvirt's with ``--virt libvirt``.  ``AllInOne`` is the
same for tests (``nova_lite.testing``).
"""
import argparse
import logging
import pathlib
import socket
import threading
import time

from nova_lite import rpc
from nova_lite.cmd import clouds, seed, service, wiring
from nova_lite.db import hosts, migration, session

LOG = logging.getLogger(__name__)
PROG = "nova-lite-allinone"
CONFIG = """\
[DEFAULT]
state_path = {state_path}
transport_url = fake:/
host = {host}
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

    ``port`` 0 takes any free one.  ``hosts``: how many fake compute hosts.  ``options``: further lines of the
    configuration file.  ``passwords`` ({"admin", "demo"}), ``api_url``, ``identity_url`` and ``clouds_file`` tell
    clients how to get in.  One at a time in a process: oslo.config and the transport are the process's own.
    """

    def __init__(self, directory, *, port: int = 0, listen: str = "127.0.0.1", virt: str = "fake", hosts: int = 1,
                 options: str = ""):
        self.directory = pathlib.Path(directory).resolve()
        self._port, self._listen, self._virt, self._options = port, listen, virt, options
        self._names = [socket.gethostname()] if hosts == 1 else [f"compute{i + 1}" for i in range(hosts)]
        self._stop, self._threads = threading.Event(), []

    def start(self) -> "AllInOne":
        from nova_lite.cmd import manage_bootstrap
        from nova_lite.embedded import app as embedded_app
        from nova_lite.embedded import server as embedded_server
        self.directory.mkdir(parents=True, exist_ok=True)
        api_socket = service.listen(self._listen, self._port, "--port")
        embedded_socket = service.listen(self._listen, self._port and self._port + 1, "--port + 1")
        self._configure(api_socket.getsockname()[1], embedded_socket.getsockname()[1])
        migration.sync()
        self.passwords = manage_bootstrap.bootstrap()
        self._thread("embedded", embedded_server.serve, embedded_app.make_app(), embedded_socket, self._stop)
        self._thread("conductor", wiring.run_conductor, self._stop)
        self._thread("scheduler", wiring.run_scheduler, self._stop)
        for name in self._names:
            self._thread(name, wiring.run_compute, self._stop, name)
        self._thread("api", wiring.run_api, self._stop, api_socket)
        self._wait_for_hosts()
        seed.seed(self.directory)
        clouds.write(self.directory, self.identity_url)
        self.clouds_file = self.directory / "clouds.yaml"
        return self

    def _configure(self, api_port, embedded_port):
        path = self.directory / "nova_lite.conf"
        path.write_text(CONFIG.format(
            state_path=self.directory, host=self._names[0], listen=self._listen, api_port=api_port,
            embedded_port=embedded_port, driver=self._virt, plugging="noop" if self._virt == "fake" else "bridge")
            + self._options)
        service.load(PROG, ["--config-file", str(path)])
        self.api_url = f"http://{self._listen}:{api_port}/v2.1"
        self.identity_url = f"http://{self._listen}:{embedded_port}/identity/v3"

    def _thread(self, name, function, *args):
        def run():
            try:
                function(*args)
            except BaseException as error:
                LOG.exception("%s ended with an error", name)
                self.failure = error
        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    failure: BaseException | None = None

    def _wait_for_hosts(self, seconds: float = 60):
        until = time.monotonic() + seconds
        while True:
            with session.reader() as connection:
                if {row.host for row in hosts.changed_since(connection, None)} >= set(self._names):
                    return
            if self.failure:
                raise SystemExit(f"{PROG}: {self.failure}")
            if time.monotonic() > until:
                raise SystemExit(f"{PROG}: the compute service did not start within {seconds:.0f} s")
            time.sleep(0.02)

    def credentials(self, name: str = "demo") -> dict:
        """What ``openstack.connect(**...)`` needs to be user ``demo`` or ``admin``."""
        return {"auth_url": self.identity_url, "username": name, "password": self.passwords[name],
                "project_name": name, "user_domain_name": "Default", "project_domain_name": "Default",
                "region_name": "RegionOne"}

    def stop(self) -> None:
        self._stop.set()
        for thread in reversed(self._threads):
            thread.join(30)
        rpc.cleanup()
        session.dispose()

    __enter__ = start

    def __exit__(self, *exc_info):
        self.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog=PROG, description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", default=str(pathlib.Path.home() / ".nova-lite"),
                        help="everything is kept there (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8774, help="compute API; the next one is taken too (default: 8774)")
    parser.add_argument("--listen", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--virt", choices=["fake", "libvirt"], default="fake", help="guests (default: fake)")
    parser.add_argument("--hosts", type=int, default=1, help="fake compute hosts (default: 1)")
    args = parser.parse_args()
    begun = time.monotonic()
    stop = service.until_signalled()
    cloud = AllInOne(args.data_dir, port=args.port, listen=args.listen, virt=args.virt, hosts=args.hosts)
    try:
        cloud.start()
    except OSError as error:
        raise SystemExit(f"{PROG}: {error}") from error
    print(f"""nova-lite is ready ({time.monotonic() - begun:.1f} s)
Ctrl-C ends it; its servers stay in {cloud.directory}

  compute   {cloud.api_url}
  identity  {cloud.identity_url}

  export OS_CLIENT_CONFIG_FILE={cloud.clouds_file} OS_CLOUD=nova-lite
  openstack server create --image lite-guest --flavor m1.tiny --network private --wait first
  nova-lite server trace first""", flush=True)
    stop.wait()
    cloud.stop()


