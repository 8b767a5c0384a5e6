"""nova-lite-supervisor: forks the services of one machine and starts a dead one again.

The code is loaded once, in the parent, and frozen before the forks, so that the services share most of
their memory.
"""
import concurrent.futures
import contextlib
import gc
import importlib
import logging
import multiprocessing
import os
import pathlib
import shutil
import signal
import socket
import sys
import threading

# Libraries of OpenStack import eventlet when it is installed, only to ask whether it is in use: 17 MB.
sys.modules.setdefault("eventlet", None)

import cotyledon  # noqa: E402
import setproctitle  # noqa: E402
from oslo_config import cfg  # noqa: E402

from nova_lite import exceptions, metrics, rpc  # noqa: E402
from nova_lite.api import policies, routes  # noqa: E402
from nova_lite.cmd import memory, rehearsal, service, wiring  # noqa: E402
from nova_lite.conf import CONF  # noqa: E402
from nova_lite.db import counting, session  # noqa: E402
from nova_lite.periodic import Periodic  # noqa: E402

LOG = logging.getLogger(__name__)
PROG = "nova-lite-supervisor"
RESPAWN_DELAY = 5.0                     # seconds before a service that could not run is tried again
ALL = ("embedded", "api", "conductor", "scheduler", "compute", "metadata")
# Of consoles, and what each carries: they share a process, and need websockify.
PROXIES = {"novncproxy": "vnc", "serialproxy": "serial"}
# Whoever is waited for by a user comes first where cores are few: an order is in the database once it is accepted, and
# those who work on it do more of it at once the more there is.
ANSWERING = ("api", "embedded")
NICE = -10                              # of them, where setpriority(2) is allowed
CLI = [
    cfg.ListOpt("services", default=list(ALL), help="Services to run: " + ", ".join((*ALL, *PROXIES)) + "."),
    cfg.ListOpt("compute-hosts", default=[], help="Run one compute service for each of these host names."),
]


# The listening sockets, {service: socket}.  The supervisor holds them for services that are being started again.
_sockets: dict[str, socket.socket] = {}


def _close_sockets(*names: str) -> None:
    """What a process holds and does not serve takes connections, too, and nobody ever answers on them."""
    for name in names:
        _sockets[name].close()


class _Service(cotyledon.Service):
    """A service in its forked child."""

    def __init__(self, worker_id, name, run, *args):
        super().__init__(worker_id)
        self.name = name
        _close_sockets(*(other for other in _sockets if other != name))
        self._run, self._args, self._stop = run, args, threading.Event()
        self._done = threading.Event()
        service.log_as(f"nova-lite-{name}")
        if name in ANSWERING:
            with contextlib.suppress(PermissionError):
                os.nice(NICE)
        if name == "api":
            metrics.share(_shared_metrics(), worker_id)

    def run(self):
        setproctitle.setproctitle(f"nova-lite: {self.name}")        # after cotyledon has set its own
        Periodic("memory", _give_back, lambda: memory.INTERVAL).start()
        problem = None
        try:
            self._run(self._stop, *self._args)
            return
        except (exceptions.NovaLiteError, OSError) as error:
            problem = service.one_line(error)
        except Exception:
            LOG.exception("%s ended with an error", self.name)
        finally:
            self._done.set()
        if problem:
            LOG.error("%s cannot run: %s", self.name, problem)
            if CONF.log_file:
                print(f"{PROG}: {self.name} cannot run: {problem}", file=sys.stderr, flush=True)
        # What is missing may come back: it is started again, but not in a busy loop.
        self._stop.wait(RESPAWN_DELAY)
        raise SystemExit(1)

    @property
    def graceful_shutdown_timeout(self) -> int:
        """Of cotyledon, which ends the process after so many seconds; looked up when the service is told to end."""
        return CONF.graceful_shutdown_timeout

    def terminate(self):
        self._stop.set()
        self._done.wait()

    def reload(self):
        service.reload()


def _give_back() -> None:
    """What a service has needed a moment ago, and does not now."""
    rpc.executor.let_go()
    memory.give_back()


def _shared_metrics() -> pathlib.Path:
    """Where the API's workers keep what they count, for each other."""
    return pathlib.Path(CONF.state_path) / "metrics" / "api"


def _check() -> None:
    """Raises NovaLiteError for what would keep a service from running and does not go away by itself."""
    unknown = set(CONF.services) - {*ALL, *PROXIES}
    if unknown:
        raise exceptions.NovaLiteError(f"--services: unknown: {', '.join(sorted(unknown))}")
    wiring.check_plugins(CONF.services)
    if "api" in CONF.services:
        importlib.import_module("nova_lite.api.app").make_app()         # its auth_strategy may lack a part
    if set(CONF.services) - {"compute"}:
        service.check_database()
    service.check_broker()


def _consoles() -> list[str]:
    """The protocols of the consoles that are to be served."""
    return [protocol for name, protocol in PROXIES.items() if name in CONF.services]


def _in_a_child(function) -> None:
    """Call it in a process that ends then: what it imports (alembic) and connects to is not inherited."""
    fork = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=fork) as child:
        child.submit(function).result()


def _preload() -> None:
    """Import in the parent what the children need, so that they share it."""
    for module in ("nova_lite.api.metadata", "nova_lite.cmd.metadata", "nova_lite.compute.service",
                   "nova_lite.conductor.expiry", "nova_lite.conductor.manager", "nova_lite.conductor.move_keeper",
                   "nova_lite.conductor.offload", "nova_lite.conductor.reclaim", "nova_lite.conductor.sweeper",
                   "nova_lite.conductor.unwanted_images", "nova_lite.conductor.usage_audit", "nova_lite.db.probe",
                   "nova_lite.embedded.app", "nova_lite.embedded.server", "nova_lite.image.glance",
                   "nova_lite.network.neutron", "nova_lite.scheduler.manager"):
        importlib.import_module(module)
    rpc.preload()
    if set(CONF.services) - {"compute"}:
        rehearsal.rehearse()
        session.disconnect()
        counting.forget()
    for route in routes.ROUTES:
        importlib.import_module(f"nova_lite.api.handlers.{route.handler.split(':')[0]}")
    importlib.import_module("nova_lite.api.app").router()
    if "api" in CONF.services:
        importlib.import_module(f"nova_lite.api.auth.{CONF.api.auth_strategy}")
    if _consoles():
        with contextlib.suppress(ImportError):              # the service says what is missing
            importlib.import_module("nova_lite.console.proxy")
    policies.get_enforcer()


class _Manager(cotyledon.ServiceManager):
    """cotyledon's, with another way at three points.

    It starts nothing for 5 s after as many forks as there are children within as many seconds.  That is right for
    services that crash; one that was killed from outside, or told to end, is not at fault.  SIGHUP it sends to the
    process group, and in that are the tools that services run just now, which it would end.  A second SIGTERM it
    ignores.
    """

    def __init__(self):
        super().__init__(wait_interval=0.05)
        self._workers: dict = {}
        self.register_hooks(on_dead_worker=self._on_death, on_terminate=self._on_end)

    def add_service(self, name: str, run, *args, workers: int = 1) -> None:
        self._workers[self.add(_Service, workers=workers, args=(name, run, *args))] = workers

    def _on_death(self, service_id, worker_id, exit_code):
        if exit_code in (0, -signal.SIGKILL):
            self.reconfigure(service_id, self._workers[service_id])     # which forgets the forks

    def _reload(self):
        service.reload()
        for child in multiprocessing.active_children():
            os.kill(child.pid, signal.SIGHUP)

    @staticmethod
    def _on_end():
        """Told to end: nobody is started again, so nothing is held for anybody; told again, all end at once."""
        _close_sockets(*_sockets)

        def end(_number, _frame):
            for child in multiprocessing.active_children():
                child.kill()
        signal.signal(signal.SIGTERM, end)


def main() -> None:
    CONF.register_cli_opts(CLI)
    service.load(PROG)
    with service.clear_errors(PROG):
        _in_a_child(_check)
        openers = {"api": wiring.api_socket, "embedded": wiring.embedded_socket}
        _sockets.update((name, opener()) for name, opener in openers.items() if name in CONF.services)
        wiring.observer_sockets([*CONF.services, *(["consoleproxy"] if _consoles() else ())])
    memory.spare_arenas()
    _preload()
    shutil.rmtree(_shared_metrics(), ignore_errors=True)            # of the supervisor before
    manager = _Manager()
    if "embedded" in CONF.services:
        manager.add_service("embedded", wiring.run_embedded, _sockets["embedded"])
    if "api" in CONF.services:
        manager.add_service("api", wiring.run_api, _sockets["api"], workers=CONF.api.workers)
    for name in ("conductor", "scheduler", "metadata"):
        if name in CONF.services:
            manager.add_service(name, getattr(wiring, f"run_{name}"))
    if protocols := _consoles():
        manager.add_service("consoleproxy", wiring.run_console_proxies, protocols)
    if "compute" in CONF.services:
        for host in CONF.compute_hosts or [CONF.host]:
            manager.add_service(f"compute-{host}" if CONF.compute_hosts else "compute", wiring.run_guarded_compute,
                                host)
    setproctitle.setproctitle("nova-lite: supervisor")
    gc.collect()
    gc.freeze()
    memory.drop_code()
    memory.offer_to_merge()
    manager.run()
