"""Lists of servers: filters, order, pages, whose."""
import datetime
import urllib.parse

import pytest
import sqlalchemy as sa

from nova_lite.db import instances
from tests.functional.api.server_fixtures import HOST, OTHER, Post, vif


def names(client, **query):
    path = "/servers?" + urllib.parse.urlencode(query, doseq=True)
    found = [server["name"] for server in client.get(path)["servers"]]
    detail = client.get(path.replace("/servers?", "/servers/detail?"))["servers"]
    assert [server["name"] for server in detail] == found
    return found


def refused(client, code, **query):
    return client.refused("GET", "/servers?" + urllib.parse.urlencode(query, doseq=True), code)


@pytest.fixture
def three(make_server):
    return [make_server(n) for n in (1, 2, 3)]


def test_newest_first(client, three):
    assert names(client) == ["vm3", "vm2", "vm1"]


@pytest.mark.parametrize("path", ["/servers", "/servers/detail"])
def test_pages_by_their_links(client, make_server, path):
    for number in range(1, 8):
        make_server(number)
    seen, href = [], f"{path}?limit=3&name=vm&unknown=1"
    while href:
        page = client.get(href)
        seen += [server["name"] for server in page["servers"]]
        [link] = page.get("servers_links") or [None]
        if link:
            assert link["rel"] == "next" and link["href"].startswith(f"{HOST}/v2.1{path}?")
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link["href"]).query))
            assert query == {"limit": "3", "name": "vm", "marker": page["servers"][-1]["id"]}
        href = link and link["href"].removeprefix(f"{HOST}/v2.1")
    assert seen == [f"vm{n}" for n in range(7, 0, -1)]


def test_links_of_pages_keep_the_project_and_repeated_parameters(client, three):
    page = client.get("/servers?limit=1&status=ACTIVE&status=SHUTOFF", prefix=f"/v2.1/{client.project}")
    href = page["servers_links"][0]["href"]
    assert href == (f"{HOST}/v2.1/{client.project}/servers?limit=1&status=ACTIVE&status=SHUTOFF"
                    f"&marker={three[2].uuid}")


def test_max_limit_cuts(client, config, three):
    config("api", max_limit=2)
    assert len(client.get("/servers")["servers_links"]) == 1
    assert names(client) == names(client, limit=50) == ["vm3", "vm2"]


def test_sorting(client, admin, make_server):
    make_server(1, display_name="b", host="h1")
    make_server(2, display_name="a", host=None)
    make_server(3, display_name="a", host="h2")
    assert names(client, sort_key="display_name") == ["b", "a", "a"]
    assert names(client, sort_key="display_name", sort_dir="asc") == ["a", "a", "b"]
    by_name = "/servers?sort_key=display_name&sort_key=created_at&sort_dir="
    assert [s["id"][-1] for s in client.get(by_name + "asc")["servers"]] == ["2", "3", "1"]
    assert [s["id"][-1] for s in client.get(by_name + "asc&sort_dir=desc")["servers"]] == ["3", "2", "1"]
    assert names(client, sort_dir="asc") == ["b", "a", "a"]                  # the default key, the other way
    assert names(admin, sort_key="host", sort_dir="asc") == ["a", "b", "a"]
    assert refused(client, 403, sort_key="host") == "Only administrators can sort servers by host"
    assert "Sort direction array size" in refused(client, 400, sort_dir=["asc", "desc"])
    assert "sort_key" in refused(client, 400, sort_key="flavor")
    assert "sort_dir" in refused(client, 400, sort_dir="up")
    assert names(client, sort_key=["memory_mb", "display_name"], sort_dir="asc") == ["a", "a", "b"]   # ignored
    assert len(names(client, sort_key="instance_type_id")) == 3


def test_filters_for_everybody(client, make_server):
    make_server(1, display_name="web-1", network_info=(vif("10.0.0.5", "fd00::5"),), reservation_id="r-a")
    make_server(2, display_name="db-1", network_info=(vif("10.0.0.55"),), image_ref="", tags=("x",))
    make_server(3, display_name="web", vm_state="stopped")
    assert names(client, name="web") == ["web", "web-1"]
    assert names(client, name="^web$") == ["web"]
    assert names(client, ip="10.0.0.5") == ["db-1", "web-1"]
    assert names(client, ip="^10.0.0.5$") == ["web-1"]
    assert names(client, ip6="fd00") == ["web", "db-1", "web-1"]             # dropped until 2.5
    assert names(client.at("2.5"), ip6="fd00") == ["web-1"]
    assert names(client, reservation_id="r-a") == ["web-1"]
    assert names(client, status="shutoff") == ["web"]
    assert names(client, status=["SHUTOFF", "ACTIVE"]) == ["web", "db-1", "web-1"]
    assert names(client, flavor="1") == ["web", "db-1", "web-1"] and names(client, flavor="none") == []
    assert names(client, image="70a599e0-31e7-49b7-b260-868f441e862b") == ["web", "web-1"]
    assert len(names(client.at("2.25"), tags="x")) == 3                      # dropped until 2.26
    assert names(client.at("2.26"), tags="x") == ["db-1"]
    assert names(client.at("2.26"), **{"not-tags-any": "x,y"}) == ["web", "web-1"]


def test_filters_of_administrators_are_dropped_for_others(client, admin, make_server):
    make_server(1, host="h1", key_name="mykey", hostname="alpha", user_id="u1", node="n1", access_ip_v4="1.2.3.4",
                display_description="first one", config_drive=True, task_state="deleting", launch_index=1)
    make_server(2)
    for key, value in {"host": "h1", "key_name": "^my", "hostname": "alp", "user_id": "u1", "node": "n1",
                       "access_ip_v4": "1.2", "description": "first", "config_drive": "true", "task_state": "delet",
                       "launch_index": "1", "uuid": "0e44cc9c-e052-415d-afbf-000000000001"}.items():
        assert names(admin, **{key: value}) == ["vm1"], key
        assert names(client, **{key: value}) == ["vm2", "vm1"], key
    assert names(admin, availability_zone="^nova$", power_state="1", vm_state="active", progress="0") == ["vm2", "vm1"]
    assert names(admin, kernel_id="x") == ["vm2", "vm1"]
    for key, value in {"power_state": "on", "config_drive": "perhaps", "launch_index": "9" * 20, "progress": "-1",
                       "metadata": "x", "_x": "y", "created_at": "yesterday"}.items():
        assert refused(admin, 400, **{key: value}), key
        assert names(client, **{key: value}) == ["vm2", "vm1"], key
    assert names(client.at("2.83"), task_state="deleting") == names(client.at("2.83"), key_name="my") == ["vm1"]
    assert names(client.at("2.90"), hostname="alpha") == ["vm1"]
    assert len(names(client.at("2.72"), locked="true")) == 2 and names(client.at("2.73"), locked="true") == []
    assert refused(client.at("2.75"), 400, unknown="1")


def test_whose_servers(client, admin, make_server):
    make_server(1)
    make_server(2, project_id=OTHER)
    assert names(client) == names(admin) == ["vm1"]
    assert names(client.as_user("bob", OTHER)) == ["vm2"]
    for true in ("1", "true", "True", "on", ""):
        assert names(admin, all_tenants=true) == ["vm2", "vm1"]
        assert "get_all_tenants" in refused(client, 403, all_tenants=true)
    for false in ("0", "false", "no"):
        assert names(client, all_tenants=false) == ["vm1"]
    assert refused(client, 400, all_tenants="perhaps")
    for key in ("tenant_id", "project_id"):
        assert names(admin, all_tenants="1", **{key: OTHER}) == ["vm2"]
        assert names(admin, **{key: OTHER}) == names(client, **{key: OTHER}) == ["vm1"]


def test_deleted(client, admin, make_server, database):
    make_server(1)
    make_server(2, vm_state="deleted", deleted=True, host=None)
    assert names(client) == ["vm1"] and names(client, deleted="true") == ["vm1"]
    assert names(admin, deleted="true") == names(admin, status="DELETED") == ["vm2"]
    assert names(admin, deleted="nonsense") == ["vm1"]
    assert refused(client, 403, status="deleted") == "Only administrators may list deleted instances"
    [server] = client.get("/servers/detail?changes-since=2026-11-23T08:12:02Z")["servers"]
    assert (server["name"], server["status"]) == ("vm2", "DELETED")
    assert names(client, **{"changes-since": "2026-11-23T09:12:01+01:00"}) == ["vm2", "vm1"]
    assert names(client, **{"changes-since": "2027-01-01"}) == []
    assert refused(client, 400, **{"changes-since": "yesterday"})


def test_soft_deleted(client, admin, make_server):
    """With the deleted ones, as in Nova; and whoever asks for the status sees which of theirs can be restored."""
    make_server(1)
    make_server(2, vm_state="deleted", deleted=True, host=None)
    make_server(3, vm_state="soft-delete")
    assert names(client) == names(client, deleted="false") == names(client, soft_deleted="true") == ["vm1"]
    assert names(client, status="SOFT_DELETED") == ["vm3"]
    assert names(admin) == ["vm1"] and sorted(names(admin, soft_deleted="true")) == ["vm1", "vm3"]
    assert sorted(names(admin, deleted="true")) == ["vm2", "vm3"]
    assert names(admin, deleted="true", soft_deleted="false") == ["vm2"] == names(admin, status="DELETED")
    assert len(names(client, **{"changes-since": "2020-01-01T00:00:00Z"})) == 3


def test_changes_before(client, make_server):
    for number in (1, 2, 3):
        make_server(number)
    at = client.at("2.66")
    span = {"changes-since": "2026-11-23T08:12:02Z", "changes-before": "2026-11-23T08:12:03Z"}
    assert names(at, **span) == ["vm2"]
    assert "changes-since" in refused(at, 400, **{"changes-since": span["changes-before"],
                                                  "changes-before": span["changes-since"]})


@pytest.mark.parametrize("count", [1, 40])
def test_a_detail_page_is_at_most_three_queries(admin, make_server, database, config, count):
    config("quota", instances=-1, cores=-1)
    servers = [make_server(n, host=f"host{n}") for n in range(1, count + 2)]
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        # not the other services' own; and whether tokens are revoked is looked at every 5 seconds, not by request
        if Post.of_the_api() and "embedded_revoked_tokens" not in statement:
            statements.append(statement)
    sa.event.listen(database.get_engine(), "before_cursor_execute", note)
    try:
        page = admin.at("2.38").get(f"/servers/detail?marker={servers[-1].uuid}&sort_key=host&name=vm")["servers"]
    finally:
        sa.event.remove(database.get_engine(), "before_cursor_execute", note)
    assert page
    selects = [s for s in statements if s.startswith("SELECT")]
    assert len(selects) <= 3 and len(statements) == len(selects), statements


def test_nothing_is_read_twice_while_rows_come_and_go(client, make_server, database):
    for number in range(1, 7):
        make_server(number)
    first = client.get("/servers?limit=3")["servers"]
    make_server(50)
    with database.writer() as connection:
        connection.execute(instances.table.update().where(instances.table.c.uuid == first[2]["id"])
                           .values(deleted=True, deleted_at=datetime.datetime(2026, 11, 24)))
    rest = client.get(f"/servers?limit=10&marker={first[2]['id']}")["servers"]
    assert [s["name"] for s in first + rest] == [f"vm{n}" for n in range(6, 0, -1)]
