"""The sweeper: no step outlives its lease.  One in every conductor; they share the work by compare-and-swap."""
import logging

from nova_lite.conductor.engine import Engine
from nova_lite.db import actions, session

LOG = logging.getLogger(__name__)


class Sweeper:
    """Called every [workflow] sweep_interval seconds."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def sweep(self) -> int:
        """Look once; how many overdue orders were found."""
        with session.reader() as connection:
            found = actions.overdue(connection)
        if found:
            self.engine.redrive(found, "its lease has run out")
        return len(found)
