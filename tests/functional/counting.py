"""Counts what a request costs: SQL statements, commits, messages; what the embedded services do for it, apart."""
import contextlib
import dataclasses
import threading

import oslo_messaging.transport
import sqlalchemy as sa
from oslo_messaging._drivers import impl_fake

from nova_lite.db import session
from nova_lite.periodic import ClockThread


@dataclasses.dataclass
class Cost:
    """``requests`` ("GET /network/v2.0/ports") and ``their_statements`` are the embedded services'."""

    statements: list[str] = dataclasses.field(default_factory=list)
    commits: int = 0
    messages: list[str] = dataclasses.field(default_factory=list)
    requests: list[str] = dataclasses.field(default_factory=list)
    their_statements: list[str] = dataclasses.field(default_factory=list)


class _Counted:
    """The embedded services' WSGI app; ``thread.inside`` says that a thread of this process is theirs now."""

    def __init__(self, app, cost, thread):
        self.app, self.cost, self.thread = app, cost, thread

    def __call__(self, environ, start_response):
        self.cost.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        self.thread.inside = True
        try:
            return self.app(environ, start_response)
        finally:
            self.thread.inside = False


@contextlib.contextmanager
def counted(embedded_app, monkeypatch):
    """The cost of the block, without what runs by the clock (``periodic``: heartbeats, the scheduler's feed, sweeps).

    ``embedded_app``: the outermost middleware of the embedded services.
    """
    cost, engine, thread = Cost(), session.get_engine(), threading.local()

    def by_the_clock():
        return isinstance(threading.current_thread(), ClockThread)

    def on_statement(connection, cursor, statement, parameters, context, executemany):
        if by_the_clock() or statement.startswith(("BEGIN", "PRAGMA")):
            return
        if getattr(thread, "inside", False):
            cost.their_statements.append(statement)
            return
        cost.statements.append(statement)
        connection.info["counted"] = connection.info.get("counted", 0) + (not statement.startswith("SELECT"))

    def on_commit(connection):
        if connection.info.pop("counted", 0):
            cost.commits += 1

    send, reply = oslo_messaging.transport.Transport._send, impl_fake.FakeIncomingMessage.reply

    def counting_send(self, target, ctxt, message, **kwargs):
        if not by_the_clock():
            cost.messages.append(message["method"])
        return send(self, target, ctxt, message, **kwargs)

    def counting_reply(self, *args, **kwargs):
        if self._reply_q:
            cost.messages.append("reply")
        return reply(self, *args, **kwargs)

    monkeypatch.setattr(oslo_messaging.transport.Transport, "_send", counting_send)
    monkeypatch.setattr(impl_fake.FakeIncomingMessage, "reply", counting_reply)
    monkeypatch.setattr(embedded_app, "application", _Counted(embedded_app.application, cost, thread))
    sa.event.listen(engine, "before_cursor_execute", on_statement)
    sa.event.listen(engine, "commit", on_commit)
    try:
        yield cost
    finally:
        sa.event.remove(engine, "before_cursor_execute", on_statement)
        sa.event.remove(engine, "commit", on_commit)
        monkeypatch.undo()
