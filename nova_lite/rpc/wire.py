"""How frames come from RabbitMQ: all that has arrived is read at once.

py-amqp asks the kernel for a frame's head, its body and its last byte one after the other, waits before each, and sets
the socket's timeout twice around them: 30 system calls for a message, at each of which a thread lets go of the
interpreter and gets it back when the others let it.  TLS keeps the library's way.
"""
import select

import amqp.transport
from kombu.transport import pyamqp

AT_ONCE = 16 << 10          # bytes
_HEAD, _END = 7, 1          # bytes of a frame around its body; the last four of the head are the body's length


def install() -> None:
    """From now on connections are made so."""
    pyamqp.Transport.Connection = Connection


class Transport(amqp.transport.TCPTransport):
    """What was read and is not asked for yet stays in ``_read_buffer``, as whatever a timeout interrupts does."""

    def _setup_transport(self):
        super()._setup_transport()
        receive = self.sock.recv
        self._quick_recv = lambda wanted: receive(max(wanted, AT_ONCE))

    def has_frame(self) -> bool:
        """A whole one, that nobody has to wait for."""
        buffer = self._read_buffer
        return len(buffer) > _HEAD and len(buffer) >= _HEAD + int.from_bytes(buffer[3:_HEAD], "big") + _END

    def is_silent(self) -> bool:
        """Nothing has come, not even the connection's end."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)


class Connection(pyamqp.Connection):
    """The library's otherwise."""

    def Transport(self, host, connect_timeout, ssl=False, *arguments, **options):  # noqa: N802
        if ssl:
            return super().Transport(host, connect_timeout, ssl, *arguments, **options)
        return Transport(host, connect_timeout, *arguments, **options)

    def blocking_read(self, timeout=None):
        """Raises TimeoutError when nothing comes; ``timeout`` 0, which is asked before each message sent: has come."""
        transport = self.transport
        if isinstance(transport, Transport) and transport.sock:
            if transport.has_frame():
                return self.on_inbound_frame(transport.read_frame())
            if timeout == 0 and transport.is_silent():
                raise TimeoutError
        return super().blocking_read(timeout)
