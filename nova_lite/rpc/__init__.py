"""The message bus: the only place that imports oslo.messaging.

A *cast* is a hint and may be lost: whoever casts has written the order before, and the sweeper sends it
again.  A *call* waits for an answer.  Every server takes what it gets in threads.
"""
import functools
import importlib
import importlib.metadata
import logging
import socket
import threading
import warnings

# futurist imports eventlet when it is installed, only to look at it, and eventlet warns of itself.
warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated.*")

from oslo_service import backend as oslo_service_backend  # noqa: E402

# oslo.messaging imports oslo.service, whose default backend is eventlet; this must come first.
oslo_service_backend.init_backend(oslo_service_backend.BackendType.THREADING)

import kombu  # noqa: E402
import kombu.exceptions  # noqa: E402
import oslo_messaging  # noqa: E402
from oslo_messaging._drivers import common as rpc_common  # noqa: E402
from oslo_messaging.notify.notifier import _notifier_opts as notifier_options  # noqa: E402
from oslo_messaging.rpc import server as oslo_rpc_server  # noqa: E402

from nova_lite import context as context_module  # noqa: E402
from nova_lite import exceptions, metrics  # noqa: E402
from nova_lite.conf import CONF  # noqa: E402
from nova_lite.rpc import circuit, several  # noqa: E402
from nova_lite.rpc.executor import Executor  # noqa: E402
from nova_lite.together import Together, Waiting  # noqa: E402

LOG = logging.getLogger(__name__)
VERSION = "1.0"
CHECK_TIMEOUT = 5                       # seconds, for the look at a broker before a service starts
LISTENERS_SLEEP = 0.5                   # seconds, the first time after a message; then twice as long each time
PATIENCE = 1.0                          # seconds that a cast waits for one before it to be sent
_transport = None
_lock = threading.Lock()


class Serializer(oslo_messaging.NoOpSerializer):
    """Contexts travel as dicts; arguments are JSON types already (models' ``to_dict``).

    A user's token does not travel: services sign in themselves, and a token in a queue is anybody's who reads it.
    """

    def serialize_context(self, context):
        return {**context.to_dict(), "auth_token": None}

    def deserialize_context(self, context):
        return context_module.from_dict(context)


def set_defaults() -> None:
    """Safer defaults than the library's; a configuration file may still change them."""
    oslo_messaging.set_transport_defaults("nova")
    rabbit = {"rabbit_quorum_queue": True, "rabbit_transient_quorum_queue": True, "use_queue_manager": False,
              "rabbit_qos_prefetch_count": 64,
              # Consumers look again for a broker that was away every 5 seconds; the library's 30 grow with its absence.
              "rabbit_retry_backoff": 1, "rabbit_interval_max": 5, "kombu_reconnect_delay": 0.1,
              # Also how long a message waits for its confirmation by a broker that fell silent.
              "heartbeat_timeout_threshold": 20}
    group = "oslo_messaging_rabbit"
    from oslo_messaging._drivers import amqpdriver, impl_rabbit

    # A listener that got a message wakes up after 1, 2, 4 … ms, to acknowledge what its threads have done since: of
    # notifications, which nobody here listens to (an order is acknowledged when it comes).  It ends no sooner than it
    # wakes up, so it should not sleep for long either.
    amqpdriver.ACK_REQUEUE_EVERY_SECONDS_MIN = LISTENERS_SLEEP
    CONF.register_opts(impl_rabbit.rabbit_opts, group=group)
    for name, value in rabbit.items():
        CONF.set_default(name, value, group=group)
    # Whether a change is told to the bus is asked where it is written: by processes, too, that never send anything.
    CONF.register_opts(notifier_options, group="oslo_messaging_notifications")


def transport():
    """This process's transport, made at its first use (after a fork)."""
    global _transport
    with _lock:
        if _transport is None:
            if check_url().transport == "rabbit":
                importlib.import_module("nova_lite.rpc.wire").install()
            _transport = oslo_messaging.get_rpc_transport(CONF)
        return _transport


def preload() -> None:
    """Before a fork: the code of the transport, which is else imported by each process that uses it."""
    if check_url().transport == "rabbit":
        for module in ("oslo_messaging._drivers.impl_rabbit", "nova_lite.rpc.wire"):
            importlib.import_module(module)


def check_url() -> oslo_messaging.TransportURL:
    """The parsed transport_url.  Raises NovaLiteError with one clear line when it is none."""
    try:
        url = oslo_messaging.TransportURL.parse(CONF)
    except (oslo_messaging.InvalidTransportURL, ValueError) as exc:
        raise exceptions.NovaLiteError(f"[DEFAULT] transport_url: {exc}") from exc
    if not importlib.metadata.entry_points(group="oslo.messaging.drivers", name=url.transport):
        raise exceptions.NovaLiteError(f"[DEFAULT] transport_url: oslo.messaging has no driver '{url.transport}'")
    return url


def check() -> None:
    """Raises NovaLiteError with one clear line when no broker of transport_url takes connections and the login."""
    url, last = check_url(), None
    if not url.transport.startswith("rabbit"):
        return
    for host in url.hosts:
        address = (host.hostname or "localhost", host.port or 5672)
        problem = _broker_problem(host, address, url.virtual_host)
        if problem is None:
            return
        last = f"[DEFAULT] transport_url: the broker at {address[0]}:{address[1]} {problem}"
    if last:
        raise exceptions.NovaLiteError(last)


def _broker_problem(host, address: tuple[str, int], virtual_host: str | None) -> str | None:
    """Log in and go; with TLS, whose options are the library's, only the port is tried."""
    connection = kombu.Connection(
        hostname=address[0], port=address[1], userid=host.username or "guest", password=host.password or "guest",
        virtual_host=virtual_host or "/", transport="pyamqp", connect_timeout=CHECK_TIMEOUT)
    try:
        socket.create_connection(address, timeout=CHECK_TIMEOUT).close()
        if not CONF.oslo_messaging_rabbit.ssl:
            connection.connect()
    except OSError as exc:
        return f"cannot be reached: {exc.strerror or exc}"
    except (*connection.connection_errors, *connection.channel_errors) as exc:
        return f"refuses: {getattr(exc, 'reply_text', None) or exc}"
    finally:
        connection.release()
    return None


def cleanup() -> None:
    """Close the transport."""
    global _transport
    with _lock:
        if _transport is not None:
            _transport.cleanup()
        _transport = None


class _Dispatcher:
    """The library's, with the thread's log lines marked with the message's context, and a count.

    ``submit(function, argument)`` has a thread of the server's call it.
    """

    def __init__(self, dispatcher, submit):
        self._dispatcher, self._submit = dispatcher, submit

    def dispatch(self, incoming):
        if incoming.message.get("method") != several.METHOD:
            return self._dispatch(incoming)
        first, *others = several.unpacked(incoming.message)
        for part in others:
            self._submit(self._dispatch_part, part)
        self._dispatch_part(first)
        return None

    def _dispatch_part(self, part: several.Part) -> None:
        """One that fails must not keep the others from being handled; the library logs it for a message."""
        try:
            self._dispatch(part)
        except Exception:
            LOG.exception("%s failed", part.message["method"])

    def _dispatch(self, incoming):
        message, outcome = incoming.message, "failed"
        context = context_module.from_dict(incoming.ctxt)
        try:
            with context_module.working(context, _server_of(message.get("args") or {})):
                result = self._dispatcher.dispatch(incoming)
            outcome = "done"
            return result
        finally:
            metrics.HANDLED.labels(message.get("method"), outcome).inc()


def _server_of(arguments: dict) -> str | None:
    """The uuid of the server that a message is about, by our own arguments' names; None: of none, or of several."""
    order = arguments.get("order") or (arguments.get("report") or {}).get("order")
    requests = arguments.get("requests") or [arguments]
    specs = [request.get("spec_obj") or {} for request in requests]
    orders = arguments.get("orders") or (specs[0].get("orders") if len(specs) == 1 else None) or ()
    if order is None and len(orders) == 1:
        [order] = orders
    return order["instance_uuid"] if order else arguments.get("instance_uuid")


class _Server(oslo_rpc_server.RPCServer):
    def __init__(self, transport, target, dispatcher, executor):
        super().__init__(transport, target, _Dispatcher(dispatcher, self._submit), executor)
        self._executor_cls = Executor

    def _submit(self, function, argument):
        try:
            self._work_executor.submit(function, argument)
        except RuntimeError:                    # it is ending: what has come is done all the same
            function(argument)

    def _create_listener(self):
        listener = super()._create_listener()
        listener.cleanup = functools.partial(self._cleanup, listener.cleanup, listener)
        return listener

    @staticmethod
    def _cleanup(cleanup, listener):
        """The library's, but what arrives while the connection is closed goes back to the queue.

        When the library deletes its fanout queue there, it reads what the broker had sent ahead, acknowledges that, and
        drops it: all that a service had been sent within its last second was lost with its orderly end.
        """
        connection = getattr(getattr(listener, "_poll_style_listener", None), "conn", None)
        for consumer in getattr(connection, "_consumers", ()):
            consumer.callback = lambda message: None            # unacknowledged, it is the next one's
        cleanup()


def server(topic: str, host: str, endpoints: list):
    """An RPC server of ``topic``, reachable as ``topic.host`` too; the caller starts, stops and waits for it."""
    target = oslo_messaging.Target(topic=topic, server=host, version=VERSION)
    for endpoint in endpoints:
        endpoint.target = oslo_messaging.Target(version=VERSION)
    return oslo_messaging.get_rpc_server(transport(), target, endpoints, executor="threading",
                                         serializer=Serializer(), server_cls=_Server,
                                         access_policy=oslo_messaging.DefaultRPCAccessPolicy)


def opened(payload: dict) -> dict:
    """{"method", "args" …} of a message as it is in a queue."""
    return rpc_common.deserialize_msg(payload)


_circuit = circuit.Circuit(check)
# A new connection of the pool that cannot be made is kombu's own error.
_NOT_SENT = (oslo_messaging.MessagingException, kombu.exceptions.KombuError, OSError)

# Errors that a caller expects; they travel back as themselves.
expected = oslo_messaging.expected_exceptions


class Client:
    """Sends to ``topic``.  Subclassed by each service's rpcapi, which names the methods."""

    topic = ""

    def __init__(self):
        self._client, self._casts = None, {}

    def _prepare(self, server=None, timeout=None, retry=1):
        client, current = self._client, transport()
        if client is None or client.transport is not current:       # cleaned up, and made anew
            client = self._client = oslo_messaging.get_rpc_client(
                current, oslo_messaging.Target(topic=self.topic, version=VERSION), serializer=Serializer())
        return client.prepare(server=server, timeout=timeout, retry=retry)

    def cast(self, context, method: str, *, server: str | None = None, **kwargs) -> bool:
        """Send a hint; False (and a warning) when the broker does not take it: the sweeper will send it again."""
        if (casts := self._casts.get(server)) is None:
            casts = self._casts.setdefault(server, Together(
                functools.partial(self._cast_together, server), several.MOST, lambda cast: cast.orders, PATIENCE))
        return casts.do(several.Cast(context, method, kwargs))

    def _cast_together(self, server: str | None, batch: list[Waiting]) -> None:
        sent = self._cast(server, several.packed([one.item for one in batch], Serializer().serialize_context))
        for one in batch:
            one.result = sent

    def _cast(self, server: str | None, cast: several.Cast) -> bool:
        problem = "the broker is away"
        for retry in (0, 1):        # a connection that died is found out at once, and made anew if the broker is there
            if _circuit.is_open:
                break
            try:
                self._prepare(server, retry=retry).cast(cast.context, cast.method, **cast.arguments)
                self._count("cast", cast.method, "sent")
                return True
            except _NOT_SENT as exc:
                problem = exc
                if _circuit.failed():
                    break
        self._count("cast", cast.method, "not_sent")
        LOG.warning("cast %s to %s was not sent, it will be re-driven: %s", cast.method, server or self.topic, problem)
        return False

    def call(self, context, method: str, *, server: str | None = None, timeout: int | None = None, **kwargs):
        """Send (to one server of the topic, or any) and wait at most ``timeout`` seconds.

        Raises ServiceUnavailable when no answer comes, or the callee's own error.
        """
        if _circuit.is_open:
            raise exceptions.ServiceUnavailable(f"No answer to {method} from {server or self.topic}: no broker")
        try:
            answer = self._prepare(server, timeout).call(context, method, **kwargs)
            self._count("call", method, "sent")
            return answer
        except oslo_messaging.RemoteError as exc:
            self._count("call", method, "sent")
            error = getattr(exceptions, exc.exc_type, None)
            if error is not None:
                raise error(exc.value) from exc
            raise
        except _NOT_SENT as exc:
            self._count("call", method, "no_answer")
            if not isinstance(exc, oslo_messaging.MessagingTimeout):
                _circuit.failed()
            raise exceptions.ServiceUnavailable(f"No answer to {method} from {server or self.topic}: {exc}") from exc

    def _count(self, kind: str, method: str, outcome: str) -> None:
        metrics.MESSAGES.labels(kind, self.topic, method, outcome).inc()
