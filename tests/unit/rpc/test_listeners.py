"""What a listener of the library does when nothing comes."""
import types

from oslo_messaging._drivers import amqpdriver, common

from nova_lite import rpc


class Connection:
    """Gives what is ``queued`` to the listener, then nothing; ``waits``: the timeouts it was asked with."""

    def __init__(self):
        self.queued, self.waits, self.listener = [], [], None

    def consume(self, timeout):
        self.waits.append(timeout)
        if len(self.waits) == 4:
            self.listener._shutdown.set()
        if not self.queued:
            raise common.Timeout()
        self.listener.incoming.append(self.queued.pop())


def test_a_listener_sleeps_when_it_has_got_a_message():
    rpc.set_defaults()
    connection = Connection()
    listener = connection.listener = amqpdriver.RpcAMQPListener(types.SimpleNamespace(prefetch_size=1), connection)
    message = types.SimpleNamespace(unique_id="1")
    connection.queued.append(message)
    assert listener.poll() == [message]
    assert listener.poll() == []
    assert connection.waits == [rpc.LISTENERS_SLEEP * factor for factor in (1, 1, 2, 4)]
