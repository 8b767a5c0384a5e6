"""The real services in one process: in-memory transport, SQLite, fake driver; a handle to break things with."""
import datetime
import threading
import time

from nova_lite import audit, conf, exceptions, image, network, rpc, states
from nova_lite.cmd import service, wiring
from nova_lite.compute.api import API, CreateRequest
from nova_lite.compute.host import Host
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.db import flavors, session, tables
from nova_lite.models import Finding, Flavor
from nova_lite.trace import now
from tests.functional import doubles

FLAVOR = Flavor(flavorid="1", name="m1.tiny", vcpus=1, memory_mb=512, root_gb=1)


class Cluster:
    """``start(...)`` brings services up by name; ``stop(name)`` ends one."""

    def __init__(self, tmp_path, monkeypatch):
        service.load("test", ["--config-file", str(self._config(tmp_path))])
        self.networks = doubles.Networks()
        monkeypatch.setattr(image, "connect", doubles.Images)
        monkeypatch.setattr(network, "connect", lambda: self.networks)
        session.dispose()
        tables.metadata.create_all(session.get_engine())
        session.transaction(flavors.create)(FLAVOR)
        self.api = API()
        self.context = RequestContext(user_id="u1", project_id="aaaa", roles=["member", "reader"], overwrite=False)
        self._running: dict[str, tuple] = {}
        self._hosts = {}
        real = Host.__init__

        def remember(host, name, *args, **kwargs):
            real(host, name, *args, **kwargs)
            self._hosts[name] = host
        monkeypatch.setattr(Host, "__init__", remember)

    @staticmethod
    def _config(tmp_path):
        path = tmp_path / "nova_lite.conf"
        path.write_text(f"""
[DEFAULT]
host = testhost
transport_url = fake:/
state_path = {tmp_path}
[workflow]
step_lease = 2
sweep_interval = 0.2
fold_interval = 0.05
select_timeout = 5
[scheduler]
refresh_interval = 0.2
[quota]
instances = 1000
cores = 1000
ram = 1000000
""")
        return path

    def start(self, *names: str) -> "Cluster":
        """``conductor``, ``scheduler``, or a compute host's name."""
        for name in names:
            stop = threading.Event()
            run, args = ((getattr(wiring, f"run_{name}"), ()) if name in ("conductor", "scheduler")
                         else (wiring.run_compute, (name,)))
            thread = threading.Thread(target=run, args=(stop, *args), name=name, daemon=True)
            thread.start()
            self._running[name] = (stop, thread)
        return self

    def stop(self, *names: str) -> None:
        for name in names or list(self._running):
            stop, thread = self._running.pop(name)
            stop.set()
            thread.join(20)

    def close(self) -> None:
        self.stop()
        rpc.cleanup()
        session.dispose()
        CONF.reset()
        CONF.clear()
        conf.register_opts()

    # -- the user's side --------------------------------------------------------------------------
    def create(self, count: int = 1, **values):
        """Servers, as ``POST /servers`` makes them."""
        context = RequestContext(user_id="u1", project_id="aaaa", roles=["member", "reader"], overwrite=False)
        servers, _reservation = self.api.create(context, CreateRequest(**{
            "display_name": "vm", "flavor": FLAVOR, "image": doubles.IMAGE, "admin_password": "secret",
            "min_count": count, "max_count": count, **values}))
        return servers

    def get(self, uuid: str):
        return self.api.get_including_deleted(self.context, uuid)

    def wait(self, servers, condition=lambda s: s.vm_state == states.ACTIVE and s.task_state is None, timeout=20):
        """Until ``condition`` holds for all; returns them as they are then."""
        until = time.monotonic() + timeout
        while True:
            found = [self.get(server.uuid) for server in servers]
            if all(map(condition, found)):
                return found
            assert time.monotonic() < until, [(s.vm_state, s.task_state, s.host, s.fault) for s in found][:5]
            time.sleep(0.02)

    def wait_up(self, *hosts: str, timeout=10):
        """Until the compute hosts are registered and seen by the scheduler."""
        until = time.monotonic() + timeout
        while True:
            with session.reader() as connection:
                rows = {row.host for row in connection.execute(tables.hosts.select())}
            if set(hosts) <= rows:
                time.sleep(0.5)
                return self
            assert time.monotonic() < until, rows
            time.sleep(0.05)

    # -- the tester's side ------------------------------------------------------------------------
    def driver(self, host: str):
        """The driver object of a running compute host."""
        return self._hosts[host].driver

    def guests(self, host: str) -> set[str]:
        """Uuids of the guests that the host's journal tells of."""
        return set(self._hosts[host].driver._replay())

    def starts(self, host: str, uuid: str) -> int:
        """How often a guest was started there."""
        return self._hosts[host].driver._log.read_text().count(f"{uuid} starts")

    def usage(self, host: str) -> dict:
        """What is claimed on the host."""
        with session.reader() as connection:
            row = connection.execute(tables.hosts.select().where(tables.hosts.c.host == host)).one()
        return {"vcpus": row.vcpus_used, "memory_mb": row.memory_mb_used, "local_gb": row.local_gb_used,
                "running_vms": row.running_vms}

    def kill_host(self, host: str) -> None:
        """As kill -9: it takes nothing, reports nothing, its row stays; guests stay."""
        book, _stop = self._hosts[host].orders, self._running[host][0]
        book.accept = lambda order: (_ for _ in ()).throw(exceptions.StaleOrder(action_id=0, step="", attempt=0))
        self.stop(host)

    def mark_down(self, host: str) -> None:
        """As if it had not been heard of for long."""
        with session.writer() as connection:
            connection.execute(tables.services.update().where(tables.services.c.host == host).values(
                last_seen_up=now() - datetime.timedelta(hours=1)))

    def audit(self, timeout=10) -> list[Finding]:
        """What the promises forbid, at rest."""
        until = time.monotonic() + timeout
        while True:
            found = audit.audit(self.networks, self.context)
            if not found or time.monotonic() > until:
                return found
            time.sleep(0.1)


__all__ = ["Cluster", "FLAVOR", "now"]
