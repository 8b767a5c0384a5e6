"""What users pay for safety, or for a library's ease, and thousands of tests need not."""
import threading
import time
import types

from oslo_messaging._drivers import impl_fake

from nova_lite import http_server
from nova_lite.embedded.identity import users


def make(patch) -> None:
    """``patch``: a pytest.MonkeyPatch, whose end is the haste's."""
    patch.setattr(users, "BCRYPT_ROUNDS", 4)
    patch.setattr(http_server, "LOOK", 0.02)            # what an idle server takes to see that it shall end
    patch.setattr(http_server, "QUIET", 0.05)
    _ring_for_messages(patch)


def _ring_for_messages(patch) -> None:
    """The in-memory transport looks for messages every 50 ms: now it is told of each, which makes a create of 250 ms
    one of 70."""
    bell, deliver = threading.Condition(), impl_fake.FakeExchange.deliver_message

    def deliver_and_ring(self, *args, **kwargs):
        deliver(self, *args, **kwargs)
        with bell:
            bell.notify_all()

    def sleep(seconds):
        with bell:
            bell.wait(seconds)
    patch.setattr(impl_fake.FakeExchange, "deliver_message", deliver_and_ring)
    patch.setattr(impl_fake, "time", types.SimpleNamespace(time=time.time, sleep=sleep))
