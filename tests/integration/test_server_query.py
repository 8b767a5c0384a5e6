"""Lists of servers give the same pages on every database: SQLite always, others where a URL is given."""
import datetime
import itertools
import random
import uuid

import pytest
import sqlalchemy as sa

from nova_lite import exceptions, states
from nova_lite.db import instances, server_query, session
from nova_lite.models import FixedIP, Flavor, Instance, Network, Vif
from nova_lite.models.server_query import ServerQuery

START = datetime.datetime(2026, 1, 1, 12, 0, 0, 123456)
FLAVOR = Flavor("1", "m1.tiny", 1, 512, 1)


def vifs(*addresses):
    return tuple(Vif(id=str(uuid.uuid4()), mac="fa:16:3e:00:00:01", network=Network("n", "private"),
                     fixed_ips=(FixedIP(a, "s", 6 if ":" in a else 4),)) for a in addresses)


def server(number=0, **values):
    values = {"uuid": str(uuid.uuid4()), "project_id": "p", "user_id": "u", "display_name": f"vm{number}",
              "hostname": f"vm{number}", "flavor": FLAVOR, "vm_state": states.ACTIVE, "image_ref": "image",
              "reservation_id": "r-1", "created_at": START + datetime.timedelta(seconds=number),
              "updated_at": START + datetime.timedelta(seconds=number), **values}
    return Instance(**values)


def insert(*servers):
    with session.writer() as connection:
        instances.insert(connection, servers)
    return list(servers)


def found(**query):
    with session.reader() as connection:
        return server_query.list_servers(connection, ServerQuery(**query))


def names(**query):
    """Of a list with details and of one without, which are the same."""
    servers = found(**query)
    with session.reader() as connection:
        assert server_query.list_names(connection, ServerQuery(**query)) == [
            (server.uuid, server.display_name) for server in servers]
    return [server.display_name for server in servers]


def pages(limit, **query):
    marker, collected = None, []
    while True:
        page = found(limit=limit, marker=marker, **query)
        collected += page
        if len(page) < limit:
            return collected
        marker = page[-1].uuid


# -- order and pages ---------------------------------------------------------------------------------------
def test_newest_first_then_the_highest_id(database):
    a, b, c = insert(server(1), server(2, display_name="b"), server(2, display_name="c"))
    assert names() == ["c", "b", a.display_name]


@pytest.mark.parametrize("fields", [("created_at",), ("host",), ("task_state", "created_at"), ("launched_at", "host"),
                                    ("display_name",), ("power_state", "locked_by"), ("uuid",), ("config_drive",)])
@pytest.mark.parametrize("directions", [("asc", "asc"), ("desc", "desc"), ("asc", "desc")])
def test_pages_are_the_whole_list_in_order(database, fields, directions):
    chance = random.Random(7)
    insert(*(server(chance.randrange(4), display_name=chance.choice("abc"), host=chance.choice([None, "h1", "h2"]),
                    task_state=chance.choice([None, None, "deleting", "spawning"]),
                    launched_at=chance.choice([None, START, START + datetime.timedelta(microseconds=1)]),
                    locked_by=chance.choice([None, "owner", "admin"]), power_state=chance.choice([0, 1, 4]),
                    config_drive=chance.choice([True, False])) for _ in range(40)))
    sort = tuple(zip(fields, directions, strict=False))
    whole = found(sort=sort)
    assert len(whole) == 40
    for limit in (1, 7, 40):
        assert [s.uuid for s in pages(limit, sort=sort)] == [s.uuid for s in whole]
    # NULL is below every value, whatever the database thinks of it
    for field, direction in reversed(sort):
        keys = [(getattr(s, field) is not None, getattr(s, field)) for s in whole]
        grouped = [key for key, _ in itertools.groupby(keys)]
        if field == fields[0]:
            ordered = sorted(set(keys), key=lambda k: (k[0], k[1] if k[0] else 0), reverse=direction == "desc")
            assert grouped == ordered


def test_pages_stay_right_while_servers_come_and_go(database):
    old = insert(*(server(n) for n in range(10)))[::-1]
    first = found(limit=4)
    insert(*(server(n + 100) for n in range(5)))
    with session.writer() as connection:
        connection.execute(instances.table.update().where(instances.table.c.uuid == first[-1].uuid)
                           .values(deleted=True, vm_state=states.DELETED))
    rest = found(limit=100, marker=first[-1].uuid)
    assert [s.uuid for s in first + rest] == [s.uuid for s in old]


def test_a_marker_that_is_not_the_projects_is_unknown(database):
    [other] = insert(server(project_id="other"))
    with pytest.raises(exceptions.MarkerNotFound):
        found(project_id="p", marker=other.uuid)
    with pytest.raises(exceptions.MarkerNotFound):
        found(marker="no such")
    assert found(marker=other.uuid) == []


def test_limit_zero_is_an_empty_page(database):
    insert(server())
    assert found(limit=0) == []


def test_a_page_is_two_statements(database):
    servers = insert(*(server(n) for n in range(5)))
    statements = []

    def count(connection, cursor, statement, *_):
        statements.append(statement)
    sa.event.listen(session.get_engine(), "before_cursor_execute", count)
    try:
        found(limit=2, marker=servers[3].uuid, matching={"display_name": "vm"})
    finally:
        sa.event.remove(session.get_engine(), "before_cursor_execute", count)
    assert len([s for s in statements if s.startswith("SELECT instances.")]) == 2
    assert not any("OFFSET" in s for s in statements if "sqlite" not in str(session.get_engine().url))


@pytest.mark.parametrize("tables", ["mariadb"], indirect=True)
@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("project", ["p", None])
def test_a_page_in_the_middle_looks_at_no_others_rows(database, project, direction):
    """MariaDB's, which has to be told of the index, and tells what a session has looked at."""
    servers = insert(*(server(number) for number in range(400)))
    query = ServerQuery(project_id=project, deleted=False, limit=10, marker=servers[200].uuid,
                        sort=(("created_at", direction), ("id", direction)))
    with session.reader() as connection:
        connection.exec_driver_sql("ANALYZE TABLE instances")
        before = looked_at(connection)
        assert len(server_query.list_servers(connection, query)) == 10
        assert looked_at(connection) - before < 20


def looked_at(connection) -> int:
    """Rows that this session has read by an index."""
    return sum(int(value) for name, value in connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Handler_read_%%'")
               if name in ("Handler_read_key", "Handler_read_next", "Handler_read_prev"))


# -- filters -------------------------------------------------------------------------------------------------
def test_projects_and_deleted(database):
    insert(server(1), server(2, project_id="q"), server(3, deleted=True, vm_state=states.DELETED))
    assert names() == ["vm2", "vm1"]
    assert names(project_id="p") == ["vm1"]
    assert names(deleted=True) == ["vm3"]
    assert names(deleted=None) == ["vm3", "vm2", "vm1"]


def test_equal(database):
    insert(server(1, host="h1", config_drive=True), server(2, host="h2"), server(3))
    assert names(equal={"host": "h1"}) == ["vm1"]
    assert names(equal={"host": ("h1", "h2")}) == ["vm2", "vm1"]
    assert names(equal={"config_drive": True}) == ["vm1"]
    assert names(equal={"flavorid": "1", "power_state": 0}) == ["vm3", "vm2", "vm1"]
    assert names(equal={"flavorid": "none"}) == []


def test_matching_is_a_regular_expression_anywhere(database):
    insert(server(1, display_name="web-1"), server(2, display_name="db-1", key_name="k"), server(3, display_name="web"))
    assert names(matching={"display_name": "web"}) == ["web", "web-1"]
    assert names(matching={"display_name": "^web$"}) == ["web"]
    assert names(matching={"display_name": "b.[0-9]+"}) == ["db-1", "web-1"]
    assert names(matching={"key_name": "."}) == ["db-1"]


def test_an_expression_that_the_database_does_not_take_is_the_callers_fault(database):
    insert(server(1, network_info=vifs("10.0.0.5")))
    with pytest.raises(exceptions.Invalid):
        found(matching={"display_name": "*"})
    with pytest.raises(exceptions.Invalid):
        found(ip="(")


def test_addresses(database):
    insert(server(1, network_info=vifs("10.0.0.5", "fd00::5")), server(2, network_info=vifs("10.0.0.55")), server(3))
    assert names(ip="10.0.0.5") == ["vm2", "vm1"]
    assert names(ip="^10.0.0.5$") == ["vm1"]
    assert names(ip="^0") == []
    assert names(ip6="^fd00::5$") == ["vm1"]
    assert names(ip6="5") == ["vm1"]
    assert names(ip=".") == ["vm2", "vm1"]


def test_states_are_the_inverse_of_status(database):
    insert(server(1), server(2, task_state="rebooting"), server(3, task_state="deleting"),
           server(4, vm_state=states.STOPPED), server(5, vm_state=states.BUILDING, task_state="spawning"))

    def of(*wanted):
        return names(states=tuple(pair for s in wanted for pair in states.states_of_status(s)))
    assert of("ACTIVE") == ["vm3", "vm1"]
    assert of("reboot") == ["vm2"]
    assert of("SHUTOFF", "BUILD") == ["vm5", "vm4"]
    assert of("HARD_REBOOT") == []
    assert of() == []


def test_lock_and_changes(database):
    insert(server(1, locked_by="owner"), server(2), server(3))
    assert names(locked=True) == ["vm1"]
    assert names(locked=False) == ["vm3", "vm2"]
    at = START + datetime.timedelta(seconds=2)
    assert names(changes_since=at) == ["vm3", "vm2"]
    assert names(changes_since=at, changes_before=at) == ["vm2"]


def test_tags(database):
    insert(server(1, tags=("a", "b")), server(2, tags=("b", "B_")), server(3), server(4, tags=("grün", 'q"')))
    assert names(tags=("a", "b")) == ["vm1"]
    assert names(tags_any=("a", "B_")) == ["vm2", "vm1"]
    assert names(tags=("A",)) == [] and names(tags=("B%",)) == []
    assert names(not_tags=("a", "b")) == ["vm4", "vm3", "vm2"]
    assert names(not_tags_any=("a", "B_")) == ["vm4", "vm3"]
    assert names(tags=("grün", 'q"')) == ["vm4"]
