"""What the supervisor asks of each database before it forks."""
import logging

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import CacheStats

from nova_lite.cmd.rehearsal import rehearse

pytestmark = pytest.mark.integration


def test_a_rehearsal_leaves_nothing_behind_but_compiled_statements(database, tables, caplog):
    with caplog.at_level(logging.WARNING):
        rehearse()
    assert caplog.text == ""
    with database.reader() as connection:
        for table in tables:
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0, table.name
    found = {}

    def look(_connection, _cursor, statement, _parameters, context, _many):
        if context.compiled and "SAVEPOINT" not in statement:          # no part of a statement's cache
            found[statement] = context.cache_hit
    sa.event.listen(database.get_engine(), "before_cursor_execute", look)
    rehearse()
    assert len(found) > 30 and set(found.values()) == {CacheStats.CACHE_HIT}
