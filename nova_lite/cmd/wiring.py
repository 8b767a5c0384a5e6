"""The parts of each service, wired together: the one place where clients and drivers are chosen.

Each ``run_*`` serves until ``stop``, an Event, is set.  ``serving(**parts)`` is called once it does, with what
somebody in the same process may want to look into.
"""
import os
import threading
from collections.abc import Sequence

from nova_lite import health, http_server, image, metrics, network, rpc
from nova_lite.cmd import observer, service
from nova_lite.conf import CONF, notifications
from nova_lite.periodic import Periodic


def _nobody(**parts) -> None:
    """Nobody waits for the service."""


def _heartbeat(binary: str, host: str, pulse: health.Pulse) -> Periodic:
    """Register a service that has a database and keep it up."""
    from nova_lite.db import services, session
    session.transaction(services.register)(binary, host, binary.removeprefix("nova-"))
    write = session.transaction(services.heartbeat)

    def beat():
        write(binary, [host])
        pulse.beat()
    return Periodic("heartbeat", beat, lambda: CONF.report_interval).start()


def run_api(stop: threading.Event, sock, serving=_nobody) -> None:
    from nova_lite.api.app import make_app
    from nova_lite.api.layers import HEALTH
    app = make_app()
    # A body that is only somewhat too large gets the app's own answer; of more there is none to keep.
    server = http_server.create(app, sock, threads=CONF.api.threads, most_body=8 * CONF.api.max_request_body_size,
                                ident=None, clear_untrusted_proxy_headers=False)
    serving(app=app)
    with observer.observed("api", HEALTH, waits_for_broker=True):
        http_server.run(server, stop)


def run_conductor(stop: threading.Event, serving=_nobody) -> None:
    from nova_lite.conductor import expiry, move_keeper, offload, reclaim, unwanted_images, usage_audit
    from nova_lite.conductor.engine import Engine
    from nova_lite.conductor.heartbeats import Heartbeats
    from nova_lite.conductor.manager import ConductorManager
    from nova_lite.conductor.rpcapi import ConductorAPI, HeartbeatsAPI, ReportsAPI
    from nova_lite.conductor.sweeper import Sweeper
    from nova_lite.db import probe
    from nova_lite.rpc import bulk
    engine, heartbeats, pulse = Engine(network.connect(), image.connect()), Heartbeats(), health.Pulse()
    manager, sweeper = ConductorManager(engine, heartbeats, stop), Sweeper(engine)
    keeper = move_keeper.MoveKeeper(engine)
    servers = [rpc.server(client.topic, CONF.host, [manager]) for client in (ReportsAPI, ConductorAPI)]
    servers.append(bulk.server(HeartbeatsAPI.topic, CONF.host, "heartbeat", heartbeats.take))
    for server in servers:
        server.start()
    periodics = [
        _heartbeat("nova-conductor", CONF.host, pulse),
        Periodic("heartbeats", heartbeats.flush, lambda: CONF.workflow.fold_interval).start(),
        Periodic("expiry", expiry.forget_idempotency_keys, lambda: expiry.INTERVAL).start(),
        Periodic("moves", keeper.look, lambda: move_keeper.INTERVAL).start(),
        Periodic("console tokens", expiry.forget_console_tokens, lambda: expiry.INTERVAL).start(),
        Periodic("usage audits", expiry.forget_usage_audits, lambda: expiry.INTERVAL).start(),
        Periodic("reclaim", lambda: reclaim.reclaim(engine), reclaim.every).start(),
        Periodic("shelved servers", lambda: offload.offload_shelved(engine),
                 lambda: CONF.compute.shelved_poll_interval).start(),
        Periodic("offloads", lambda: offload.offload_again(engine), lambda: CONF.workflow.step_lease).start(),
        Periodic("usage audit", usage_audit.tell, lambda: usage_audit.INTERVAL).start(),
        Periodic("unwanted images", lambda: unwanted_images.delete(engine),
                 lambda: unwanted_images.INTERVAL).start(),
        Periodic("sweeper", sweeper.sweep, lambda: CONF.workflow.sweep_interval).start(),
    ]
    drain = None
    if notifications.enabled(CONF):
        from nova_lite.conductor.notifications import Drain
        from nova_lite.rpc.notifier import Notifier
        drain = Drain(Notifier())
        periodics.append(Periodic("notifications", drain.drain, lambda: CONF.notifications.drain_interval).start())
    serving(manager=manager, engine=engine, heartbeats=heartbeats, sweeper=sweeper, keeper=keeper, servers=servers,
            periodics=periodics, drain=drain)
    with observer.observed("conductor", (health.DATABASE, health.BROKER, health.HEARTBEAT), pulse=pulse,
                           lookups=[metrics.Lookup((metrics.OPEN, metrics.OLDEST), probe.open_actions)]):
        stop.wait()
        _stop(servers, periodics)
        heartbeats.flush()
        if drain:
            drain.stop()


def run_scheduler(stop: threading.Event, serving=_nobody) -> None:
    from nova_lite.scheduler.hosts import HostManager
    from nova_lite.scheduler.manager import SchedulerManager
    hosts, pulse = HostManager(), health.Pulse()
    manager = SchedulerManager(hosts)
    hosts.refresh()
    server = rpc.server("scheduler", CONF.host, [manager])
    server.start()
    periodics = [_heartbeat("nova-scheduler", CONF.host, pulse),
                 Periodic("hosts", hosts.refresh, lambda: CONF.scheduler.refresh_interval).start()]
    serving(hosts=hosts, manager=manager, server=server, periodics=periodics)
    with observer.observed("scheduler", (health.DATABASE, health.BROKER, health.HEARTBEAT), pulse=pulse):
        stop.wait()
        _stop([server], periodics)


def run_compute(stop: threading.Event, host_name: str, serving=_nobody) -> None:
    from nova_lite.compute.host import Host
    from nova_lite.compute.service import ComputeService
    from nova_lite.conductor.rpcapi import ReportsAPI
    from nova_lite.network import plugging
    from nova_lite.virt import driver
    plugger = plugging.load(CONF.network.plugging)
    plugger.init_host()
    host = Host(host_name, driver.load(CONF.compute.driver, host_name, image.connect(), plugger), network.connect(),
                ReportsAPI())
    pulse = health.Pulse()
    compute = ComputeService(host, stop.is_set, on_heartbeat=pulse.beat)
    with observer.observed("compute", (health.BROKER, health.HEARTBEAT), key=f"compute {host_name}", pulse=pulse):
        compute.start()
        serving(host=host, service=compute)
        stop.wait()
        compute.stop()


def run_guarded_compute(stop: threading.Event, host_name: str) -> None:
    """In a process of its own: with one that keeps the promise to fence itself when this one cannot.

    A supervisor that was killed leaves services that still finish what they run: two of one host would work on the
    same guests at once.
    """
    from nova_lite.cmd import fence_guard
    with service.sole(f"compute host {host_name}", os.path.join(CONF.state_path, f"{host_name}.lock"), stop) as mine:
        if mine:
            run_compute(stop, host_name, serving=lambda **_parts: fence_guard.start(host_name))


def run_metadata(stop: threading.Event, serving=_nobody) -> None:
    from nova_lite.cmd import metadata
    serving()                           # before its address is there: that comes with the first guest's bridge
    with observer.observed("metadata", (health.DATABASE,)):
        metadata.run(stop)


def run_console_proxies(stop: threading.Event, protocols: Sequence[str], serving=_nobody) -> None:
    from nova_lite.cmd import console_proxies
    with observer.observed("consoleproxy", (health.DATABASE, health.BROKER)):
        console_proxies.run(stop, protocols, serving)


def run_embedded(stop: threading.Event, sock, serving=_nobody) -> None:
    from nova_lite.embedded import app, server
    made = app.make_app()
    serving(app=made)
    with observer.observed("embedded", (health.DATABASE,)):
        server.serve(made, sock, stop)


def _stop(servers, periodics) -> None:
    for server in servers:
        server.stop()
    for server in servers:
        server.wait()
    for periodic in periodics:
        periodic.stop()


def api_socket():
    """The compute API's socket, opened before workers are forked: they share it."""
    return service.listen(CONF.api.listen, CONF.api.port, "[api] port")


def embedded_socket():
    """The embedded services' socket; held by the supervisor too, so that a restart of theirs refuses nobody."""
    return service.listen(CONF.embedded.listen, CONF.embedded.port, "[embedded] port")


def observer_sockets(services) -> None:
    """Open the services' ports for health and metrics before they are forked."""
    for name in observer.NAMES:
        if name in services and name != "compute":
            observer.open_before_fork(name)
    if "compute" in services:
        for position, host in enumerate(CONF.compute_hosts or [CONF.host]):
            observer.open_before_fork("compute", position, key=f"compute {host}")


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
