"""Sends notifications with oslo.messaging's notifier.  Called by the conductor, from the outbox."""
import dataclasses
import logging

import oslo_messaging

from nova_lite import exceptions, rpc
from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Message:
    """As the outbox has it; ``message_id`` is the same when it is sent again, so that a reader can tell."""

    message_id: str
    publisher_id: str
    event_type: str
    priority: str
    payload: dict
    timestamp: str

    @property
    def versioned(self) -> bool:
        return "nova_object.data" in self.payload


class _Transport(oslo_messaging.transport.NotificationTransport):
    """The library's, but remembering why a message was not sent: its drivers only log that."""

    def __init__(self, real):
        super().__init__(real._driver)
        self.message: Message | None = None
        self.problem: Exception | None = None

    def _send_notification(self, target, ctxt, message, version, retry=None):
        if self.message is not None:
            message = {**message, "message_id": self.message.message_id, "timestamp": self.message.timestamp}
        try:
            super()._send_notification(target, ctxt, message, version, retry=retry)
        except Exception as error:
            self.problem = error


class Notifier:
    """One for a process; not for several threads at once."""

    def __init__(self):
        self._transport = _Transport(oslo_messaging.get_notification_transport(CONF))
        # Unversioned ones go to the library's own topics.
        self._notifiers = {versioned: oslo_messaging.Notifier(
            self._transport, topics=CONF.notifications.versioned_notifications_topics if versioned else None, retry=0,
            serializer=rpc.Serializer()) for versioned in (True, False)}

    def send(self, context, message: Message) -> None:
        """Raises ServiceUnavailable when the bus did not take it."""
        self._transport.message, self._transport.problem = message, None
        notifier = self._notifiers[message.versioned].prepare(publisher_id=message.publisher_id)
        getattr(notifier, message.priority.lower())(context, message.event_type, message.payload)
        if self._transport.problem is not None:
            raise exceptions.ServiceUnavailable(
                f"Notification {message.event_type} was not sent: {self._transport.problem}")

    def close(self) -> None:
        self._transport.cleanup()
