"""What a shared cloud is put back to between tests: its rows, its files, its guests."""
import contextlib
import pathlib
import time

import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.compute.api import API
from nova_lite.context import admin_context
from nova_lite.db import actions, session, tables
from nova_lite.embedded.identity import revocations
from nova_lite.trace import now

LIVE = tables.instances.c.deleted.is_(False)


class Baseline:
    """The cloud as it is now: ``put_back`` makes it so again."""

    def __init__(self, cloud):
        self.cloud = cloud
        with session.reader() as connection:
            self._rows = {table: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
                          for table in tables.metadata.sorted_tables}
        self._files = {path: path.read_bytes() for path in self._own_files()}

    def put_back(self) -> None:
        """All services run; every server is deleted as a user does it; what else is left of the test is wiped out."""
        self.cloud.services.start(*self.cloud.services.names)
        self._delete_servers()
        with session.writer() as connection:
            for table in reversed(self._rows):
                connection.execute(sa.delete(table))
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(sa.insert(table), rows)
            at = now()                  # all are up; and the scheduler's feed tells by it that there is something new
            connection.execute(sa.update(tables.services).values(last_seen_up=at, updated_at=at))
            connection.execute(sa.update(tables.hosts).values(updated_at=at))
        self._put_files_back()
        revocations.forget()

    # -- servers -------------------------------------------------------------------------------------
    def _delete_servers(self) -> None:
        api, context = API(), admin_context()
        with session.reader() as connection:
            used = connection.execute(sa.select(sa.func.count()).select_from(tables.actions)).scalar()
            # an order whose message a test has held back would wait for its lease
            lost = connection.scalars(sa.select(tables.actions.c.id).where(
                tables.actions.c.state == actions.OPEN, tables.actions.c.action == "delete")).all()
            live = connection.scalars(sa.select(tables.instances.c.uuid).where(LIVE)).all()
        if not used and not live:
            return
        self.cloud.services.parts("conductor")["engine"].redrive(lost, "the test is over")
        for uuid in live:
            with contextlib.suppress(exceptions.InstanceNotFound):
                api.delete(context, api.get(context, uuid))
        until = time.monotonic() + 60
        while left := self._at_work():
            assert time.monotonic() < until, f"servers that cannot be deleted: {left}"
            time.sleep(0.005)
        for name in self.cloud.host_names:
            host = self.cloud.services.parts(f"compute.{name}")["host"]
            for uuid in host.driver.leftovers():        # of a row that a test had moved to another host
                host.driver.destroy(uuid)
            host.orders.__init__()                      # uuids and ids of actions are used again, as nowhere else

    def _at_work(self) -> list:
        with session.reader() as connection:
            left = connection.execute(sa.select(tables.instances.c.uuid, tables.instances.c.vm_state,
                                                tables.instances.c.task_state).where(LIVE)).all()
        return left or [order for name in self.cloud.host_names
                        for order in self.cloud.services.parts(f"compute.{name}")["host"].orders.open()]

    # -- files ---------------------------------------------------------------------------------------
    def _own_files(self) -> list[pathlib.Path]:
        """Users, keys and images; not the database, nor what the fake hosts keep of their guests."""
        return [path for path in self.cloud.directory.rglob("*") if path.is_file() and "sqlite" not in path.name
                and path.parent.name != "fake" and path.suffix not in (".lock", ".log")]

    def _put_files_back(self) -> None:
        for path in self._own_files():
            if path not in self._files:
                path.unlink()
        for path, content in self._files.items():
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
                path.chmod(0o600)
