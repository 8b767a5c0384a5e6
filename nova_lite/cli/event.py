"""``event watch``: notifications, live from the broker."""
import fnmatch
import json
import uuid

from nova_lite.cli import broker
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError


class WatchEvents(CloudCommand):
    """Print notifications as they come, until Ctrl-C

    Reads from the broker that the services use, so it needs their transport_url; the cloud must send notifications
    ([oslo_messaging_notifications] driver = messagingv2 in nova_lite.conf).  Nobody else misses what is read here."""

    examples = ("event watch", "event watch --server web1 --type 'instance.create.*'",
                "event watch --config-file /var/lib/nova-lite/nova_lite.conf -f json",
                "event watch --broker rabbit://nova:secret@192.0.2.10:5672/ --type '*.error'",
                "event watch --topic notifications")

    def add_arguments(self, parser):
        parser.add_argument("--server", help="only those of this server: name or id")
        parser.add_argument("--type", action="append", default=[], metavar="PATTERN",
                            help="only these event types; * and ? as in a shell; may be repeated")
        parser.add_argument("-f", "--format", choices=("text", "json"), default="text",
                            help="text: a line each (default); json: the whole message, one a line")
        parser.add_argument("--count", type=int, metavar="N", help="end after so many")
        parser.add_argument("--timeout", type=float, metavar="SECONDS",
                            help="end with an error after so long without any")
        parser.add_argument("--broker", metavar="URL", help=f"the services' transport_url ({broker.ENVIRONMENT})")
        parser.add_argument("--config-file", metavar="FILE", help="take transport_url from this nova_lite.conf")
        parser.add_argument("--exchange", default="nova", help="control_exchange of the services (default nova)")
        parser.add_argument("--topic", default="versioned_notifications",
                            help="default versioned_notifications; unversioned ones come on notifications")

    def take_action(self, args):
        url = broker.url(args.broker, args.config_file)
        shown = 0
        try:
            for message in messages(url, args.exchange, args.topic, args.timeout, self.ready):
                if wanted(message, args.server, args.type):
                    self.app.stdout.write((json.dumps(message) if args.format == "json" else line(message)) + "\n")
                    self.app.stdout.flush()
                    shown += 1
                    if shown == args.count:
                        return
        except KeyboardInterrupt:
            return

    def ready(self) -> None:
        self.say("watching; Ctrl-C ends it")


def messages(url: str, exchange: str, topic: str, timeout: float | None = None, ready=lambda: None):
    """Decoded notifications from now on; ``ready()`` is called when none is missed any more.

    ``timeout``: seconds without one.  Raises CommandError.
    """
    import kombu
    from kombu import exceptions

    with kombu.Connection(url, connect_timeout=5) as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0.2)
            channel = connection.channel()
            # Passive: the services have declared it, and only they know how.
            source = kombu.Exchange(exchange, type="topic", passive=True)
            # A name of our own: a consumer declares its queue again, and the broker refuses the names that it gives.
            queue = kombu.Queue(f"nova-lite-watch-{uuid.uuid4().hex}", source, routing_key=f"{topic}.*", exclusive=True,
                                auto_delete=True, durable=False, channel=channel)
            came: list[dict] = []
            with kombu.Consumer(channel, [queue], callbacks=[lambda body, raw: came.append(decoded(body))],
                                no_ack=True, accept=["json"]):
                ready()
                while True:
                    connection.drain_events(timeout=timeout)
                    while came:
                        yield came.pop(0)
        except TimeoutError:                         # an OSError, too
            raise CommandError(f"No notification within {timeout:g} s") from None
        except (exceptions.KombuError, *connection.connection_errors, *connection.channel_errors, OSError) as exc:
            raise CommandError(f"The broker at {connection.as_uri()}: "
                               f"{getattr(exc, 'reply_text', None) or exc}") from exc


def decoded(body) -> dict:
    """A notification out of oslo.messaging's envelope."""
    if isinstance(body, str | bytes):
        body = json.loads(body)
    return json.loads(body["oslo.message"]) if "oslo.message" in body else body


def wanted(message: dict, server: str | None, types: list[str]) -> bool:
    if types and not any(fnmatch.fnmatchcase(message["event_type"], pattern) for pattern in types):
        return False
    data = _data(message)
    return server is None or server in (data.get("uuid"), data.get("instance_uuid"), data.get("display_name"))


def line(message: dict) -> str:
    """``12:00:01.123  INFO   instance.create.end  web1 (7f1f…)  active  nova-compute:host1``."""
    data = _data(message)
    name = data.get("display_name") or data.get("name") or ""
    id_ = data.get("uuid") or data.get("instance_uuid")
    what = " ".join(filter(None, (name, f"({id_})" if id_ else "")))
    state = "/".join(filter(None, (data.get("state"), data.get("task_state"))))
    told = (data.get("fault") or data.get("reason") or {}).get("nova_object.data", data).get("exception_message")
    parts = (message["timestamp"].replace("T", " ").partition(" ")[2][:12], f"{message['priority']:<5}",
             message["event_type"], what, state, message["publisher_id"], told)
    return "  ".join(str(part) for part in parts if part)


def _data(message: dict) -> dict:
    """What it tells, in the words of a versioned one."""
    payload = message.get("payload")
    if not isinstance(payload, dict):
        return {}
    if "nova_object.data" in payload or "instance_id" not in payload:
        return payload.get("nova_object.data", {})
    failed = message["event_type"].endswith(".error")
    return payload | {"uuid": payload["instance_id"], "task_state": payload.get("state_description"),
                      "exception_message": payload.get("message") if failed else None}
