"""Services: registration, heartbeats, what counts as up."""
import datetime

import pytest
import sqlalchemy as sa
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import services
from nova_lite.db.tables import services as table
from nova_lite.models.service import Service


def _register(database, host="h1", binary="nova-compute"):
    return database.transaction(services.register)(binary, host, "compute")


def _get(database, host="h1"):
    with database.reader() as connection:
        return services.get_by_host(connection, host)


def test_registering_again_keeps_uuid_and_the_operators_wish(database):
    uuid = _register(database)
    database.transaction(services.update)(_get(database).id, disabled=True, disabled_reason="why", forced_down=True)
    assert _register(database) == uuid
    service = _get(database)
    assert (service.disabled, service.disabled_reason, service.forced_down) == (True, "why", True)


def test_heartbeat_touches_last_seen_up_only(database):
    _register(database), _register(database, "h2"), _register(database, "h1", "nova-scheduler")
    old = datetime.datetime(2020, 1, 1)
    with database.writer() as connection:
        connection.execute(sa.update(table).values(last_seen_up=old, updated_at=old))
    assert database.transaction(services.heartbeat)("nova-compute", ["h1", "unknown"]) == 1
    with database.reader() as connection:
        seen = {(s.host, s.binary): (s.last_seen_up > old, s.updated_at) for s in services.list_all(connection)}
    assert seen == {("h1", "nova-compute"): (True, old), ("h2", "nova-compute"): (False, old),
                    ("h1", "nova-scheduler"): (False, old)}


def test_an_operators_change_is_in_the_change_feed(database):
    _register(database)
    before = _get(database)
    after = database.transaction(services.update)(before.id, forced_down=True)
    assert after.updated_at > before.updated_at and after.last_seen_up == before.last_seen_up


@pytest.mark.parametrize(("age", "forced_down", "up"), [
    (0, False, True), (75, False, True), (76, False, False), (0, True, False), (-76, False, False),
])
def test_is_up(age, forced_down, up):
    now = timeutils.utcnow()
    service = Service(1, "u", "b", "h", "t", forced_down=forced_down,
                      last_seen_up=now - datetime.timedelta(seconds=age))
    assert CONF.service_down_time == 75
    assert services.is_up(service, now) is up
    assert not services.is_up(service.replace(last_seen_up=None), now)


def test_lookups(database):
    uuid = _register(database)
    _register(database, "h2", "nova-conductor")
    with database.reader() as connection:
        assert services.get(connection, uuid) == services.get(connection, _get(database).id)
        assert [s.host for s in services.list_all(connection, binary="nova-conductor")] == ["h2"]
        assert [s.host for s in services.list_all(connection, host="h1")] == ["h1"]
        assert services.list_all(connection, disabled=True) == []
        with pytest.raises(exceptions.ServiceNotFound, match="^Service 77 could not be found.$"):
            services.get(connection, 77)
        with pytest.raises(exceptions.HostBinaryNotFound,
                           match="^Could not find binary nova-compute on host h2.$"):
            services.get_by_host(connection, "h2")
