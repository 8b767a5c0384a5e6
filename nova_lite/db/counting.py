"""Counts what an engine is asked, for the metrics."""
import functools

import sqlalchemy as sa

from nova_lite import metrics, periodic

_KINDS = frozenset(("select", "insert", "update", "delete"))


def watch(engine: sa.Engine) -> None:
    """Count the engine's statements and commits from now on."""
    sa.event.listen(engine, "before_cursor_execute", _on_statement)
    sa.event.listen(engine, "commit", _on_commit)


def forget() -> None:
    """Before a fork: what the parent counted is not its children's."""
    _counter.cache_clear()
    metrics.forget()


def _on_statement(_connection, _cursor, statement, _parameters, _context, _executemany):
    kind = statement[:6].lower()
    _counter(kind if kind in _KINDS else "other", periodic.origin()).inc()


@functools.cache
def _counter(kind: str, of: str):
    """To find it among the labels takes as long as a tenth of a statement."""
    return metrics.STATEMENTS.labels(kind, of)


def _on_commit(_connection):
    metrics.TRANSACTIONS.labels("committed", periodic.origin()).inc()
