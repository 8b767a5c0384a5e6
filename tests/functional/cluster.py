"""A real all-in-one cloud of this process for tests of the engine: handles to break it with, and to look at it."""
import collections
import contextlib
import datetime
import json
import time

import sqlalchemy as sa

from nova_lite import audit, image, network, rpc, service_auth, states
from nova_lite.cmd import seed
from nova_lite.cmd.allinone import AllInOne
from nova_lite.compute.api import API, CreateRequest
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.db import actions, flavors, session, tables
from nova_lite.models import Finding, ImageMeta
from nova_lite.trace import now
from tests.functional import killing

PROJECT = "aaaa"
OPTIONS = """
[workflow]
step_lease = {lease}
step_retries = {retries}
sweep_interval = 0.05
fold_interval = 0.05
select_timeout = 2
[scheduler]
refresh_interval = 0.2
[quota]
instances = 1000
cores = 1000
ram = 1000000
"""
IDLE = lambda s: s.task_state is None  # noqa: E731
ACTIVE = lambda s: s.vm_state == states.ACTIVE and s.task_state is None  # noqa: E731
STOPPED = lambda s: s.vm_state == states.STOPPED and s.task_state is None  # noqa: E731
PAUSED = lambda s: s.vm_state == states.PAUSED and s.task_state is None  # noqa: E731
SUSPENDED = lambda s: s.vm_state == states.SUSPENDED and s.task_state is None  # noqa: E731
RESCUED = lambda s: s.vm_state == states.RESCUED and s.task_state is None  # noqa: E731
RESIZED = lambda s: s.vm_state == states.RESIZED and s.task_state is None  # noqa: E731
SOFT_DELETED = lambda s: s.vm_state == states.SOFT_DELETED and s.task_state is None  # noqa: E731
SHELVED = lambda s: s.vm_state == states.SHELVED and s.task_state is None  # noqa: E731
OFFLOADED = lambda s: s.vm_state == states.SHELVED_OFFLOADED and s.task_state is None  # noqa: E731
FAILED = lambda s: s.vm_state == states.ERROR and s.task_state is None  # noqa: E731
GONE = lambda s: s.deleted  # noqa: E731


def wait_for(condition, timeout=60, what=None):
    """Until ``condition()`` is true; gives what it returned."""
    until = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < until, what() if what else "it did not come true"
        time.sleep(0.01)
    return found


class Cluster:
    """``hosts`` are the compute hosts' names.  A service's name is ``conductor``, ``scheduler`` or its host's."""

    def __init__(self, directory, hosts: int = 3, lease: float = 1, retries: int = 2):
        self.cloud = AllInOne(directory, hosts=hosts, options=OPTIONS.format(lease=lease, retries=retries))
        self._overridden: list[tuple] = []

    def __enter__(self):
        self.cloud.start()
        self.hosts = self.cloud.host_names
        self.api, self.networks = API(), network.connect()
        self.flavor = self._flavor()
        self.image = self._image()
        self.refresh()
        return self

    def __exit__(self, *exc_info):
        self.cloud.stop()

    @staticmethod
    def _flavor():
        with session.reader() as connection:
            return flavors.get_visible(connection, "1", PROJECT, False)

    def _image(self) -> ImageMeta:
        adapter = service_auth.ServiceAdapter("image", service_auth.embedded_url("/image"), CONF.glance.timeout)
        [found] = adapter.request("GET", f"/v2/images?name={seed.IMAGE}").json()["images"]
        return image.connect().get(self.context, found["id"])

    # -- services ------------------------------------------------------------------------------------
    def _name(self, name: str) -> str:
        return f"compute.{name}" if name in self.cloud.host_names else name

    def start(self, *names: str) -> None:
        """Returns when they serve, and the scheduler knows of hosts that came."""
        self.cloud.services.start(*map(self._name, names))
        self.refresh()

    def stop(self, *names: str) -> None:
        """As SIGTERM: what is at work is finished."""
        self.cloud.services.stop(*map(self._name, names))

    def kill(self, *names: str) -> None:
        """As kill -9: it takes nothing, finishes nothing, says nothing; guests and rows stay."""
        for name in map(self._name, names):
            killing.kill(self.parts(name))
            self.cloud.services.stop(name)

    @contextlib.contextmanager
    def cut_off(self, host: str):
        """In the block no message comes from or to the compute host; its service runs on."""
        real, mine = rpc.Client._prepare, self.parts(host)["host"].conductor

        def prepare(client, server=None, timeout=None, retry=1):
            if client in (mine, mine.heartbeats) or server == host:
                raise rpc.oslo_messaging.MessageDeliveryFailure("cut off by a test")
            return real(client, server, timeout, retry)
        rpc.Client._prepare = prepare
        try:
            yield
        finally:
            rpc.Client._prepare = real

    def parts(self, name: str) -> dict:
        """What a running service is made of."""
        return self.cloud.services.parts(self._name(name))

    def refresh(self) -> None:
        """The scheduler reads what has changed, now."""
        with contextlib.suppress(KeyError):              # none runs
            self.parts("scheduler")["hosts"].refresh()

    def sweep(self) -> None:
        """The conductor looks for overdue orders, now."""
        self.parts("conductor")["sweeper"].sweep()

    def override(self, group: str | None = None, **options) -> None:
        """Set options until the test's end."""
        for name, value in options.items():
            CONF.set_override(name, value, group=group)
            self._overridden.append((name, group))
        self._look_at_options()

    def _look_at_options(self) -> None:
        """What runs by the clock does so by the options as they are now: a wait that began before may be a long one."""
        for name in self.cloud.services.running:
            parts = self.cloud.services.parts(name)
            for periodic in (*parts.get("periodics", ()), *getattr(parts.get("service"), "_periodics", ())):
                periodic.wake()

    def recover(self) -> None:
        """Everything runs, is known to be up, and is configured as at the beginning."""
        while self._overridden:
            CONF.clear_override(*self._overridden.pop())
        self._look_at_options()
        self.start(*self.cloud.services.names)
        with session.writer() as connection:
            connection.execute(tables.services.update().values(
                last_seen_up=now(), updated_at=now(), forced_down=False, disabled=False))
            connection.execute(tables.hosts.update().values(failed_builds=0))
        self.refresh()

    def clear(self) -> None:
        """All servers are deleted."""
        servers = self.servers()
        for server in servers:
            self.api.delete(self.context, server)
        self.wait(servers, GONE)

    # -- the user's side --------------------------------------------------------------------------
    @property
    def context(self) -> RequestContext:
        """A new request of a user."""
        return RequestContext(user_id="u1", project_id=PROJECT, roles=["member", "reader"], overwrite=False)

    def create(self, count: int = 1, **values):
        """Servers, as ``POST /servers`` makes them; on the cloud's network unless ``values`` say otherwise."""
        servers, _reservation = self.api.create(self.context, CreateRequest(**{
            "display_name": "vm", "flavor": self.flavor, "image": self.image, "admin_password": "secret",
            "min_count": count, "max_count": count, **values}))
        return servers

    def get(self, uuid: str):
        return self.api.get_including_deleted(self.context, uuid)

    def servers(self):
        """All that are not deleted."""
        with session.reader() as connection:
            uuids = [row.uuid for row in connection.execute(
                tables.instances.select().where(tables.instances.c.deleted.is_(False)))]
        return [self.get(uuid) for uuid in uuids]

    def wait(self, servers, condition=ACTIVE, timeout=60):
        """Until ``condition`` holds for all; returns them as they are then."""
        found = []

        def all_are():
            found[:] = [self.get(server.uuid) for server in servers]
            return all(map(condition, found))
        wait_for(all_are, timeout, lambda: [(s.vm_state, s.task_state, s.host, s.fault) for s in found][:5])
        return found

    def made(self, condition=ACTIVE, **values):
        """One server, made and waited for."""
        [server] = self.wait(self.create(**values), condition)
        return server

    # -- the tester's side ------------------------------------------------------------------------
    def driver(self, host: str):
        """The driver object of a running compute host."""
        return self.parts(host)["host"].driver

    def guests(self, host: str) -> set[str]:
        """Uuids of the guests that run on a compute host, which need not run itself."""
        last = {uuid: verb for _at, uuid, verb in self._log(host)}
        return {uuid for uuid, verb in last.items() if verb == "starts"}

    def rewrite(self, host: str, uuid: str, power_state: int | None) -> None:
        """While the host's service does not run, its guest becomes this; None: gone."""
        path = self.cloud.directory / "fake" / f"{host}.journal"
        last = [guest for name, guest in map(json.loads, path.read_text().splitlines()) if name == uuid][-1]
        with open(path, "a") as journal:
            journal.write(json.dumps([uuid, power_state and {**last, "power_state": power_state}]) + "\n")

    def lose_power(self, host: str) -> None:
        """The machine of a host whose service is dead goes off, and its guests with it."""
        for uuid in self.guests(host):
            self.rewrite(host, uuid, states.SHUTDOWN)
            with open(self.cloud.directory / "fake" / f"{host}.log", "a") as log:
                log.write(f"{now().isoformat()} {uuid} ends attempt 0\n")

    def _log(self, host: str) -> list[tuple[str, str, str]]:
        """(time, uuid, "starts" or "ends") as the host's fake driver wrote them."""
        path = self.cloud.directory / "fake" / f"{host}.log"
        return [tuple(line.split()[:3]) for line in path.read_text().splitlines()] if path.exists() else []

    def starts_and_ends(self, uuid: str) -> list[tuple[str, str]]:
        """(host, "starts" or "ends") of a server's guests on all hosts, in order of time."""
        lines = sorted((at, host, verb) for host in self.hosts for at, guest, verb in self._log(host) if guest == uuid)
        return [(host, verb) for _at, host, verb in lines]

    def ran_twice(self, uuid: str) -> bool:
        """Whether a server ever had two running guests."""
        running = collections.Counter()
        for host, verb in self.starts_and_ends(uuid):
            running[host] += 1 if verb == "starts" else -1
            if running.total() > 1:
                return True
        return False

    @staticmethod
    def order(order) -> tuple:
        """(state, step, attempt) of an order as its row says."""
        with session.reader() as connection:
            [(action, _instance)] = actions.load(connection, [order.action_id])
        return action.state, action.step, action.attempt

    def is_worked_on(self, server) -> bool:
        """Whether a running host has an order of the server."""
        return any(self.parts(name)["host"].orders.busy(server.uuid) for name in self.cloud.services.running
                   if name.startswith("compute."))

    def has_changed(self, uuid: str) -> bool:
        """Whether a running host has seen its guest change by itself, and its row may not say so yet."""
        return any(uuid in self.parts(name)["host"].changed for name in self.cloud.services.running
                   if name.startswith("compute."))

    @staticmethod
    def history(uuid: str) -> str:
        """The server's journal: the events of the state table that it went through."""
        with session.reader() as connection:
            return connection.scalar(sa.select(tables.instances.c.history).where(tables.instances.c.uuid == uuid))

    def usage(self, host: str) -> dict:
        """What is claimed on the host."""
        with session.reader() as connection:
            row = connection.execute(tables.hosts.select().where(tables.hosts.c.host == host)).one()
        return {"vcpus": row.vcpus_used, "memory_mb": row.memory_mb_used, "local_gb": row.local_gb_used,
                "running_vms": row.running_vms}

    def mark_down(self, host: str, **values) -> None:
        """As if it had not been heard of for long; known to conductor and scheduler."""
        with session.writer() as connection:
            connection.execute(tables.services.update().where(tables.services.c.host == host).values(
                last_seen_up=now() - datetime.timedelta(hours=1), updated_at=now(), **values))
        self.parts("conductor")["sweeper"].reachable_since = 0          # the broker has been there all the time
        self.refresh()

    def mark_dead(self, host: str) -> None:
        """``mark_down`` by an operator: a heartbeat that is still on its way does not bring it back."""
        self.mark_down(host, forced_down=True)

    def audit(self, timeout=20) -> list[Finding]:
        """What the promises forbid, at rest."""
        until = time.monotonic() + timeout
        while (found := audit.audit(self.networks, self.context, at_rest=True)) and time.monotonic() < until:
            time.sleep(0.05)
        return found
