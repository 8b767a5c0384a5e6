"""The parts of each service, wired together: the one place where clients and drivers are chosen.

Each ``run_*`` serves until ``stop``, an Event, is set.  ``serving(**parts)`` is called once it does, with what
somebody in the same process may want to look into.
"""
import logging
import threading

from nova_lite import http_server, image, network, rpc
from nova_lite.cmd import service
from nova_lite.conf import CONF
from nova_lite.periodic import Periodic

LOG = logging.getLogger(__name__)


def _nobody(**parts) -> None:
    """Nobody waits for the service."""


def serve_wsgi(app, sock, stop: threading.Event, threads: int) -> None:
    """Serve until ``stop``; requests that have begun are finished."""
    # A body that is only somewhat too large gets the app's own answer; of more there is none to keep.
    server = http_server.create(app, sock, threads=threads, most_body=8 * CONF.api.max_request_body_size, ident=None,
                                clear_untrusted_proxy_headers=False)
    thread = threading.Thread(target=server.run, name="wsgi", daemon=True)
    thread.start()
    stop.wait()
    server.task_dispatcher.shutdown(cancel_pending=False, timeout=10)
    server.close()


def _heartbeat(binary: str, host: str) -> Periodic:
    """Register a service that has a database and keep it up."""
    from nova_lite.db import services, session
    session.transaction(services.register)(binary, host, binary.removeprefix("nova-"))
    beat = session.transaction(services.heartbeat)
    return Periodic("heartbeat", lambda: beat(binary, [host]), lambda: CONF.report_interval).start()


def run_api(stop: threading.Event, sock, serving=_nobody) -> None:
    from nova_lite.api.app import make_app
    app = make_app()
    serving(app=app)
    serve_wsgi(app, sock, stop, CONF.api.threads)


def run_conductor(stop: threading.Event, serving=_nobody) -> None:
    from nova_lite.conductor import expiry
    from nova_lite.conductor.engine import Engine
    from nova_lite.conductor.heartbeats import Heartbeats
    from nova_lite.conductor.manager import ConductorManager
    from nova_lite.conductor.sweeper import Sweeper
    engine, heartbeats = Engine(network.connect()), Heartbeats()
    sweeper = Sweeper(engine)
    server = rpc.server("conductor", CONF.host, [ConductorManager(engine, heartbeats, stop)])
    server.start()
    periodics = [
        _heartbeat("nova-conductor", CONF.host),
        Periodic("heartbeats", heartbeats.flush, lambda: CONF.workflow.fold_interval).start(),
        Periodic("expiry", expiry.forget_idempotency_keys, lambda: expiry.INTERVAL).start(),
        Periodic("sweeper", sweeper.sweep, lambda: CONF.workflow.sweep_interval).start(),
    ]
    serving(engine=engine, heartbeats=heartbeats, sweeper=sweeper, server=server, periodics=periodics)
    stop.wait()
    _stop(server, periodics)
    heartbeats.flush()


def run_scheduler(stop: threading.Event, serving=_nobody) -> None:
    from nova_lite.scheduler.hosts import HostManager
    from nova_lite.scheduler.manager import SchedulerManager
    hosts = HostManager()
    manager = SchedulerManager(hosts)
    hosts.refresh()
    server = rpc.server("scheduler", CONF.host, [manager])
    server.start()
    periodics = [_heartbeat("nova-scheduler", CONF.host),
                 Periodic("hosts", hosts.refresh, lambda: CONF.scheduler.refresh_interval).start()]
    serving(hosts=hosts, manager=manager, server=server, periodics=periodics)
    stop.wait()
    _stop(server, periodics)


def run_compute(stop: threading.Event, host_name: str, serving=_nobody) -> None:
    from nova_lite.compute.host import Host
    from nova_lite.compute.service import ComputeService
    from nova_lite.conductor.rpcapi import ConductorAPI
    from nova_lite.network import plugging
    from nova_lite.virt import driver
    plugger = plugging.load(CONF.network.plugging)
    plugger.init_host()
    host = Host(host_name, driver.load(CONF.compute.driver, host_name, image.connect(), plugger), network.connect(),
                ConductorAPI())
    compute = ComputeService(host, stop.is_set)
    compute.start()
    serving(host=host, service=compute)
    stop.wait()
    compute.stop()


def run_metadata(stop: threading.Event, serving=_nobody) -> None:
    from nova_lite.cmd import metadata
    serving()                           # before its address is there: that comes with the first guest's bridge
    metadata.run(stop)


def run_embedded(stop: threading.Event, sock, serving=_nobody) -> None:
    from nova_lite.embedded import app, server
    made = app.make_app()
    serving(app=made)
    server.serve(made, sock, stop)


def _stop(server, periodics) -> None:
    server.stop()
    server.wait()
    for periodic in periodics:
        periodic.stop()


def api_socket():
    """The compute API's socket, opened before workers are forked: they share it."""
    return service.listen(CONF.api.listen, CONF.api.port, "[api] port")


def embedded_socket():
    """The embedded services' socket; held by the supervisor too, so that a restart of theirs refuses nobody."""
    return service.listen(CONF.embedded.listen, CONF.embedded.port, "[embedded] port")


def check_plugins(services) -> None:
    """Raises NovaLiteError when an option of one of the services names a driver, filter or weigher that is not."""
    from nova_lite.network import plugging
    from nova_lite.scheduler import filters, weighers
    from nova_lite.virt import driver
    if "compute" in services:
        plugging.load(CONF.network.plugging)
        driver.find(CONF.compute.driver)
    if "scheduler" in services:
        filters.load(CONF.scheduler.enabled_filters)
        weighers.load(CONF.scheduler.enabled_weighers)
