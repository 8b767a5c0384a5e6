"""Counts what a request costs: SQL statements, commits, messages."""
import contextlib
import dataclasses

import oslo_messaging.transport
import sqlalchemy as sa
from oslo_messaging._drivers import impl_fake

from nova_lite.db import session


@dataclasses.dataclass
class Cost:
    statements: list[str] = dataclasses.field(default_factory=list)
    commits: int = 0
    messages: list[str] = dataclasses.field(default_factory=list)


@contextlib.contextmanager
def counted(monkeypatch):
    """The cost of the block, without what runs by the clock (heartbeats, the scheduler's feed, the sweeper)."""
    cost, engine = Cost(), session.get_engine()

    def on_statement(connection, cursor, statement, parameters, context, executemany):
        background = statement.startswith(("BEGIN", "PRAGMA", "UPDATE services")) or "JOIN services" in statement \
            or "actions.deadline <" in statement
        if not background:
            cost.statements.append(statement)
            connection.info["counted"] = connection.info.get("counted", 0) + (not statement.startswith("SELECT"))

    def on_commit(connection):
        if connection.info.pop("counted", 0):
            cost.commits += 1

    send, reply = oslo_messaging.transport.Transport._send, impl_fake.FakeIncomingMessage.reply

    def counting_send(self, target, ctxt, message, **kwargs):
        if message["method"] != "heartbeat":
            cost.messages.append(message["method"])
        return send(self, target, ctxt, message, **kwargs)

    def counting_reply(self, *args, **kwargs):
        if self._reply_q:
            cost.messages.append("reply")
        return reply(self, *args, **kwargs)

    monkeypatch.setattr(oslo_messaging.transport.Transport, "_send", counting_send)
    monkeypatch.setattr(impl_fake.FakeIncomingMessage, "reply", counting_reply)
    sa.event.listen(engine, "before_cursor_execute", on_statement)
    sa.event.listen(engine, "commit", on_commit)
    try:
        yield cost
    finally:
        sa.event.remove(engine, "before_cursor_execute", on_statement)
        sa.event.remove(engine, "commit", on_commit)
        monkeypatch.undo()
