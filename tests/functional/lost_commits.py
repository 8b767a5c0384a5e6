"""Commits whose answer is lost, and a database that is away, in this process: what a cut connection does."""
from oslo_db import exception as db_exc

from nova_lite.db import session


class LostCommits:
    """``lose(when, times)``: the connections of the next commits die ``before`` or ``after`` they are done.

    ``lost`` counts them.  ``away``: no connection can be had while it is true; ``away_after_loss`` sets it.
    """

    def __init__(self, monkeypatch):
        self._when, self._left, self.lost = "", 0, 0
        self.away = self.away_after_loss = False
        engine = session.get_engine()
        self._commit, self._connect = engine.dialect.do_commit, engine.raw_connection
        monkeypatch.setattr(engine.dialect, "do_commit", self._do_commit)
        monkeypatch.setattr(engine, "raw_connection", self._raw_connection)

    def lose(self, when: str, times: int = 1) -> None:
        self._when, self._left = when, times

    def _do_commit(self, connection):
        if not self._left:
            return self._commit(connection)
        self._left -= 1
        self.lost += 1
        if self._when == "after":
            self._commit(connection)
        else:
            connection.rollback()
        self.away = self.away_after_loss
        raise db_exc.DBConnectionError("the connection was cut")

    def _raw_connection(self):
        if self.away:
            raise db_exc.DBConnectionError("nobody is there")
        return self._connect()
