"""doc/notifications.rst: the tables of nova_lite.notifications.catalog."""
from nova_lite.notifications import catalog, legacy
from tools.docs import rst

_INTRO = """\
nova-lite tells the message bus of every change, as Nova's versioned notifications do. They are off until
``[oslo_messaging_notifications] driver`` names a driver (``messagingv2``); then oslo.messaging sends them to the topics
``[notifications] versioned_notifications_topics``, with the priority in the queue's name. A stack with real guests has
them on. ``nova-lite event watch`` prints them as they come.

A notification is written in the transaction of the change that it tells of, and a conductor sends what was written:
so none is lost when a process dies or the broker is away, and those of one server come in the order of its changes.
One may come twice, with the same ``message_id``. The payload is the server as it was when the change was committed.

``[notifications] notification_format`` may ask for Nova's unversioned notifications of servers instead, or for both:
``compute.instance.*`` with their flat payload, on the topics of ``[oslo_messaging_notifications] topics``.

What reads no queue still fills it: a broker keeps messages for readers that may come. Give the queues
``versioned_notifications.*`` a reader, or a policy with a ``message-ttl``.
"""
_CHANGES = """\
An order's notifications begin when it is accepted and end when its last step was reported; those of a step begin when
the order comes to it. A step that failed on a host is a ``compute.exception`` as well. Where a server is about to be
another one, ``instance.exists`` comes first, with its usage period so far; and for each server that a host had in a
period of ``[DEFAULT] instance_usage_audit_period``, once that is over, if ``instance_usage_audit`` is on.
"""


def render() -> str:
    lines = [*rst.notice("nova_lite/notifications/catalog.py"), *rst.heading("Notifications", "="),
             *_INTRO.splitlines(), ""]
    lines += rst.heading("All notifications", "-")
    made = _made()
    lines += rst.table(("Notification", "Phases", "Payload", "Publisher", "Sent"),
                       ((rst.code(name), ", ".join(map(rst.code, found.phases)), rst.code(found.payload),
                         rst.code(found.binary), "yes" if name in made else "not yet: nothing here does it")
                        for name, found in catalog.NOTIFICATIONS.items()), (30, 18, 26, 14, 12))
    lines += rst.heading("Unversioned names", "-")
    lines += rst.table(("Versioned", "Unversioned"), ((rst.code(new), rst.code(old))
                                                      for new, old in legacy.NAMES.items()), (30, 30))
    lines += rst.heading("Which change makes which", "-") + [*_CHANGES.splitlines(), ""]
    lines += rst.table(("Workflow", "Whole", "Steps", "``instance.exists`` before", "Events of the state table"),
                       ((rst.code(name), ", ".join(rst.code(told) for told in (flow.announced, flow.whole) if told),
                         ", ".join(f"{rst.code(step)}: {rst.code(told)}" for step, told in flow.steps.items()),
                         ", ".join(f"{phase} of {rst.code(step)}" for step, phase in flow.exists.items()),
                         " ".join(map(rst.code, flow.events.split()))) for name, flow in catalog.FLOWS.items()),
                       (12, 20, 36, 16, 36))
    lines += rst.table(("Event without an order", "Notifications"),
                       ((rst.code(event), ", ".join(map(rst.code, types)))
                        for event, types in catalog.SEEN.items()), (20, 60))
    lines += rst.table(("No notification", "Why"),
                       ((rst.code(name), why) for name, why in catalog.SILENT.items()), (20, 60))
    return rst.text(lines)


def _made() -> set[str]:
    of_orders = {name for flow in catalog.FLOWS.values()
                 for name in (flow.announced, flow.whole, *flow.steps.values()) if name}
    nouns = {name for name in catalog.NOTIFICATIONS
             if name.split(".")[0] in ("aggregate", "flavor", "keypair", "server_group", "service", "scheduler")}
    return of_orders | nouns | {"compute.exception", *(
        f"instance.{verb}" for verb in ("update", "exists", "lock", "unlock"))}
