"""Counters of projects: no way over the limit, whoever asks how often."""
import threading

import pytest
import sqlalchemy as sa
from oslo_utils import timeutils, uuidutils

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import quotas
from nova_lite.db.tables import instances
from nova_lite.models.quota import Usage


@pytest.fixture
def statements(database):
    """The SQL that was executed, one item a statement."""
    seen = []
    sa.event.listen(database.get_engine(), "before_cursor_execute", lambda c, cur, sql, *args: seen.append(sql))
    return seen


def _reserve(database, *args):
    database.transaction(quotas.reserve)("p", *args)


def _used(database):
    with database.reader() as connection:
        return quotas.get(connection, "p").used


def test_reserve_is_one_update_when_the_row_exists(database, statements):
    _reserve(database, 1, 2, 512)
    statements.clear()
    _reserve(database, 1, 2, 512)
    assert [sql.split()[0] for sql in statements if not sql.startswith("BEGIN")] == ["UPDATE"]
    assert _used(database) == Usage(2, 4, 1024)


def test_over_quota_names_the_resources_sorted(database):
    _reserve(database, 10, 19, 100)
    with pytest.raises(exceptions.TooManyInstances) as caught:
        _reserve(database, 1, 2, 1)
    assert str(caught.value) == ("Quota exceeded for cores, instances: Requested 2, 1, but already used 19, 10 of "
                                 "20, 10 cores, instances")
    assert caught.value.code == 403
    assert _used(database) == Usage(10, 19, 100)


def test_a_limit_of_its_own_goes_before_the_default(database):
    database.transaction(quotas.set_limits)("p", {"instances": 1, "cores": -1, "key_pairs": 3})
    _reserve(database, 1, 1000, 1)
    with pytest.raises(exceptions.TooManyInstances, match="^Quota exceeded for instances: Requested 1, but already "
                                                          "used 1 of 1 instances$"):
        _reserve(database, 1, 1, 1)
    with database.reader() as connection:
        limits = quotas.get(connection, "p").limits
    assert (limits["instances"], limits["cores"], limits["ram"], limits["key_pairs"]) == (1, -1, 51200, 3)


def test_unlimited_by_default(database):
    CONF.set_override("instances", -1, group="quota")
    try:
        _reserve(database, 5000, 1, 1)
    finally:
        CONF.clear_override("instances", group="quota")


def test_what_is_not_asked_for_is_not_checked(database):
    _reserve(database, 10, 20, 1)
    _reserve(database, 0, 0, 100)
    assert _used(database) == Usage(10, 20, 101)


def test_release_gives_back(database):
    _reserve(database, 3, 3, 300)
    database.transaction(quotas.release)("p", 1, 1, 100)
    assert _used(database) == Usage(2, 2, 200)


def test_deleting_limits_keeps_the_count(database):
    database.transaction(quotas.set_limits)("p", {"instances": 50, "key_pairs": 1})
    _reserve(database, 20, 1, 1)
    database.transaction(quotas.delete_limits)("p")
    with database.reader() as connection:
        quota = quotas.get(connection, "p")
    assert quota.used.instances == 20 and quota.limits == quotas.configured()


@pytest.mark.parametrize(("cores", "ram", "fits"), [(1, 1, 8), (9, 1, 2), (1, 30000, 1), (0, 0, 8), (30, 1, 0)])
def test_headroom(database, cores, ram, fits):
    _reserve(database, 2, 1, 1)
    with database.reader() as connection:
        assert quotas.headroom(connection, "p", cores, ram) == fits


def test_headroom_without_limits(database):
    database.transaction(quotas.set_limits)("p", dict.fromkeys(quotas.COUNTED, -1))
    with database.reader() as connection:
        assert quotas.headroom(connection, "p", 1, 1) == quotas.NO_LIMIT


def test_many_threads_never_pass_the_limit(database):
    refused, errors = [], []

    def order():
        for _ in range(4):
            try:
                _reserve(database, 1, 1, 1)
            except exceptions.TooManyInstances:
                refused.append(1)
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=order) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(refused) == 10 and _used(database) == Usage(10, 10, 10)


def _instance(project, vcpus, memory_mb, deleted=False):
    now = timeutils.utcnow()
    return dict(
        uuid=uuidutils.generate_uuid(), project_id=project, user_id="u", display_name="n", hostname="n",
        vm_state="active", power_state=1, generation=0, attempt=0, progress=0, flavorid="1",
        flavor={"vcpus": vcpus, "memory_mb": memory_mb}, image_ref="", image_meta={}, metadata_={}, tags=[],
        config_drive=False, reservation_id="r", launch_index=0, auto_disk_config=True, security_groups=[],
        scheduler_hints={}, network_info=[], addresses="", created_at=now, updated_at=now, deleted=deleted)


def test_drift_and_recount(database):
    _reserve(database, 2, 4, 100)
    with database.writer() as connection:
        for row in (_instance("p", 2, 512), _instance("p", 4, 256), _instance("p", 1, 1, deleted=True),
                    _instance("q", 1, 64)):
            connection.execute(sa.insert(instances).values(row))
    with database.reader() as connection:
        assert quotas.drift(connection) == [("p", Usage(2, 4, 100), Usage(2, 6, 768)),
                                            ("q", Usage(), Usage(1, 1, 64))]
    for project in ("p", "q"):
        database.transaction(quotas.recount)(project)
    with database.reader() as connection:
        assert quotas.drift(connection) == []
