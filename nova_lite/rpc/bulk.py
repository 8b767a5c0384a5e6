"""Messages that come in great number and may be lost, taken many at a time: heartbeats.

They are sent as any cast is.  With RabbitMQ they do not go to one of oslo.messaging's queues, but to one that is in its
broker's memory only, and are read from there without a thread, a dispatcher and an acknowledgement for each.  Such a
queue is lost with its node, and made anew at once on any other; a durable one would be away as long as its node is.
"""
import contextlib
import logging
import threading
from collections.abc import Callable

import kombu

from nova_lite import metrics, rpc
from nova_lite.conf import CONF
from nova_lite.periodic import ClockThread
from nova_lite.rpc import several

LOG = logging.getLogger(__name__)
KEPT = 30               # seconds that a message waits for somebody who reads it; who sent it sends another one
AT_ONCE = 1000          # messages that the broker sends ahead
PAUSE = 0.25            # seconds between looks: what comes meanwhile is read in one go
IDLE = 0.5              # seconds to wait for a first message, before it is seen whether the server is to end
AGAIN = 1               # seconds until a lost connection is made anew

Take = Callable[..., None]


def server(topic: str, host: str, method: str, take: Take):
    """A server whose ``take`` is called with the arguments of each cast of ``method`` to ``topic``; it must be quick.
    The caller starts, stops and waits for it, as for ``rpc.server``."""
    if rpc.check_url().transport == "rabbit":
        return _RabbitServer(topic, method, take)
    return rpc.server(topic, host, [_Endpoint(method, take)])


class _Endpoint:
    """Of a transport that has nothing better."""

    def __init__(self, method: str, take: Take):
        setattr(self, method, lambda _context, **arguments: take(**arguments))


class _RabbitServer:
    """A thread with a connection of its own."""

    def __init__(self, topic: str, method: str, take: Take):
        self._topic, self._method, self._take = topic, method, take
        self._stop = threading.Event()
        self._thread = ClockThread(target=self._run, name=topic, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What was sent ahead and not taken is the next one's."""
        self._stop.set()

    def wait(self) -> None:
        self._thread.join()

    def _run(self):
        while not self._stop.is_set():
            try:
                self._serve()
            except Exception as error:
                LOG.warning("%s cannot be read, it is tried again: %s: %s", self._topic, type(error).__name__, error)
                self._stop.wait(AGAIN)

    def _serve(self):
        """Returns when the server is to end; raises what a connection that is lost raises."""
        # The exchange is made by the RPC servers, as the configuration wants it.
        exchange = kombu.Exchange(CONF.control_exchange, type="topic", no_declare=True)
        queue = kombu.Queue(self._topic, exchange, routing_key=self._topic, durable=False, message_ttl=KEPT)
        came: list[kombu.Message] = []
        with _connection() as connection, connection.channel() as channel, \
                kombu.Consumer(channel, [queue], on_message=came.append, prefetch_count=AT_ONCE):
            LOG.info("%s are read from %s", self._topic, connection.as_uri())
            while not self._stop.wait(PAUSE):
                with contextlib.suppress(TimeoutError):
                    connection.drain_events(timeout=IDLE)
                    while len(came) < AT_ONCE:
                        connection.drain_events(timeout=0.001)
                connection.heartbeat_check()
                if came:
                    for message in came:
                        self._handle(message)
                    came[-1].ack(multiple=True)
                    came.clear()

    def _handle(self, message: kombu.Message):
        """Anybody's message must not keep the others from being read, nor come again for ever."""
        try:
            call = rpc.opened(message.payload)
            casts = [part.message for part in several.unpacked(call)] if call["method"] == several.METHOD else [call]
        except Exception as error:
            self._refuse(error)
            return
        for cast in casts:
            try:
                if cast["method"] != self._method:
                    raise ValueError(f"method {cast['method']}")
                self._take(**cast["args"])
            except Exception as error:
                self._refuse(error)
            else:
                metrics.HANDLED.labels(self._method, "done").inc()

    def _refuse(self, error: Exception):
        LOG.warning("a message to %s is none: %s: %s", self._topic, type(error).__name__, error)
        metrics.HANDLED.labels(self._method, "failed").inc()


@contextlib.contextmanager
def _connection():
    """One more to the broker, made as the library makes its own."""
    with rpc.transport()._driver._get_connection(retry=1) as pooled:
        connection = pooled.connection.connection.clone()
    with connection:
        # Of a cluster's nodes each is tried.
        yield connection.ensure_connection(max_retries=len(connection.alt) + 1, interval_start=0, interval_step=0)
