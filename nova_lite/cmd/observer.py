"""/healthcheck and /metrics of a service, on a port of its own ([observability]).

Two threads answer beside the service's work.  The supervisor opens the sockets before it forks: the API's workers
share one, and whichever answers tells of all of them.
"""
import contextlib
import logging
import socket
import threading
from collections.abc import Iterable

import prometheus_client

from nova_lite import exceptions, health, http_server, metrics
from nova_lite.cmd import service
from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)
# in the order of their ports
NAMES = ("api", "conductor", "scheduler", "metadata", "embedded", "consoleproxy", "compute")
THREADS = 2
_opened: dict[str, socket.socket] = {}


def open_socket(name: str, position: int = 0) -> socket.socket | None:
    """The listener of a service (of several compute services the one at ``position``); None: they have none.

    Raises NovaLiteError when the port is taken.
    """
    if not CONF.observability.port_base:
        return None
    port = CONF.observability.port_base + NAMES.index(name) + position
    return service.listen(str(CONF.observability.listen), port, f"[observability] port_base ({name})")


def open_before_fork(name: str, position: int = 0, key: str | None = None) -> None:
    """So that a port that is taken is found at the start, and a restart of the service refuses nobody.

    ``key``: what ``observed`` calls it, when that is not the name alone.
    """
    sock = open_socket(name, position)
    if sock is not None:
        _opened[key or name] = sock


@contextlib.contextmanager
def observed(name: str, checks: Iterable[str], *, key: str | None = None, pulse: health.Pulse | None = None,
             waits_for_broker: bool = False, lookups: Iterable[metrics.Lookup] = ()):
    """Answer while the block runs."""
    sock = _opened.get(key or name) or _open_alone(name)
    if sock is None:
        yield
        return
    app = _app(health.make_app(checks, pulse=pulse, waits_for_broker=waits_for_broker), _registry(pulse, lookups))
    server = http_server.create(app, sock, threads=THREADS, most_body=0, ident=None, clear_untrusted_proxy_headers=True)
    stop = threading.Event()
    threading.Thread(target=http_server.run, args=(server, stop), name="observer", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _open_alone(name):
    """Of a service that runs by itself: a second one of the same configuration goes without."""
    try:
        return open_socket(name)
    except exceptions.NovaLiteError as error:
        LOG.warning("no health and metrics of this process: %s", error)
        return None


def _registry(pulse, lookups) -> prometheus_client.CollectorRegistry:
    registry = prometheus_client.CollectorRegistry()
    registry.register(metrics.counted())
    if not metrics.shared():                    # of several workers it would be now one's, now the other's
        prometheus_client.ProcessCollector(registry=registry)
    if pulse is not None:
        registry.register(metrics.Lookup((metrics.HEARTBEAT_AGE,), lambda: [((), pulse.age())]))
    for lookup in lookups:
        registry.register(lookup)
    return registry


def _app(healthcheck, registry):
    apps = {"/healthcheck": healthcheck, "/metrics": prometheus_client.make_wsgi_app(registry)}

    def app(environ, start_response):
        found = apps.get(environ.get("PATH_INFO", ""))
        if found is not None:
            return found(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
        return [b""]
    return app
