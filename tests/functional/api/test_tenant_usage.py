"""Usage of projects: sums, periods, pages from 2.40."""
import datetime

import pytest

from nova_lite.models import Flavor
from tests.functional.api.server_fixtures import OTHER, PROJECT

PATH = "/os-simple-tenant-usage"
DAY = "?start=2026-01-02T00:00:00&end=2026-01-03T00:00:00"
FLAVOR = Flavor("9", "m1.big", 2, 1000, 10, ephemeral_gb=5)


@pytest.fixture
def usage(make_server):
    """A server for the whole day, one from noon to six that is deleted, and one of another project."""
    def at(day, hour):
        return datetime.datetime(2026, 1, day, hour)
    make_server(1, flavor=FLAVOR, launched_at=at(1, 0))
    make_server(2, flavor=FLAVOR, launched_at=at(2, 12), terminated_at=at(2, 18), deleted=True, vm_state="deleted")
    make_server(3, flavor=FLAVOR, launched_at=at(2, 23), project_id=OTHER)
    make_server(4, launched_at=at(3, 1))                                                # after it
    make_server(5, launched_at=at(1, 1), terminated_at=at(1, 2), deleted=True)          # before it
    make_server(6, launched_at=None, vm_state="building")


def total(project, hours):
    return {"tenant_id": project, "start": "2026-01-02T00:00:00.000000", "stop": "2026-01-03T00:00:00.000000",
            "total_hours": hours, "total_vcpus_usage": 2 * hours, "total_memory_mb_usage": 1000 * hours,
            "total_local_gb_usage": 15 * hours}


def test_all_projects(admin, usage):
    assert admin.get(PATH + DAY) == {"tenant_usages": [total(OTHER, 1.0), total(PROJECT, 30.0)]}
    detailed = admin.get(f"{PATH}{DAY}&detailed=1")["tenant_usages"]
    assert [len(project["server_usages"]) for project in detailed] == [1, 2]
    assert admin.get(f"{PATH}{DAY}&detailed=yes") == admin.get(PATH + DAY)


def test_one_project(client, admin, usage):
    shown = client.get(f"{PATH}/{PROJECT}{DAY}")["tenant_usage"]
    first, second = shown.pop("server_usages")
    assert shown == total(PROJECT, 30.0)
    uptime = first.pop("uptime")
    assert isinstance(uptime, int) and uptime > 300 * 24 * 3600
    same = {"tenant_id": PROJECT, "flavor": "m1.big", "vcpus": 2, "memory_mb": 1000, "local_gb": 15}
    assert first == same | {"instance_id": "0e44cc9c-e052-415d-afbf-000000000001", "name": "vm1", "hours": 24.0,
                            "started_at": "2026-01-01T00:00:00.000000", "ended_at": None, "state": "active"}
    assert second == same | {"instance_id": "0e44cc9c-e052-415d-afbf-000000000002", "name": "vm2", "hours": 6.0,
                             "started_at": "2026-01-02T12:00:00.000000", "ended_at": "2026-01-02T18:00:00.000000",
                             "state": "terminated", "uptime": 6 * 3600}
    assert admin.get(PATH)["tenant_usages"][0]["total_hours"] < 0.1
    assert client.get(f"{PATH}/{PROJECT}?start=2025-01-01T00:00:00&end=2025-01-02T00:00:00") == {"tenant_usage": {}}
    client.refused("GET", f"{PATH}/{OTHER}", 403)
    client.refused("GET", PATH, 403)
    assert admin.get(f"{PATH}/{OTHER}{DAY}")["tenant_usage"]["total_hours"] == 1.0


def test_the_end_is_now_at_the_latest(admin, make_server):
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    make_server(1, launched_at=now - datetime.timedelta(hours=2))
    begin = (now - datetime.timedelta(days=1)).isoformat()
    [project] = admin.get(f"{PATH}?start={begin}&end={(now + datetime.timedelta(days=9)).isoformat()}")["tenant_usages"]
    assert 2.0 <= project["total_hours"] < 3.0


def test_pages(client, admin, usage):
    assert len(client.at("2.39").get(f"{PATH}/{PROJECT}{DAY}&limit=1")["tenant_usage"]["server_usages"]) == 2
    for version in ("2.40", "2.100"):
        page = client.at(version).get(f"{PATH}/{PROJECT}{DAY}&limit=1")
        assert page["tenant_usage"]["total_hours"] == 24.0
        [link] = page["tenant_usage_links"]
        path = link["href"].partition("/v2.1")[2]
        assert client.at(version).get(path)["tenant_usage"]["total_hours"] == 6.0
        assert client.at(version).get(f"{PATH}/{PROJECT}{DAY}&limit=9").keys() == {"tenant_usage"}
        page = admin.at(version).get(f"{PATH}{DAY}&limit=2")
        assert [project["total_hours"] for project in page["tenant_usages"]] == [1.0, 24.0]
        page = admin.at(version).get(page["tenant_usages_links"][0]["href"].partition("/v2.1")[2])
        assert page == {"tenant_usages": [total(PROJECT, 6.0)]}
    other = "0e44cc9c-e052-415d-afbf-000000000003"
    assert client.at("2.40").refused("GET", f"{PATH}/{PROJECT}{DAY}&marker={other}", 400) == (
        f"marker [{other}] not found")


@pytest.mark.parametrize(("query", "version"), [
    ("?start=yesterday", "2.1"), ("?end=2026-01-01", "2.1"),
    ("?start=2026-01-02T00:00:00&end=2026-01-02T00:00:00", "2.1"),
    ("?start=2026-01-02T00:00:00&end=2026-01-01T00:00:00", "2.1"), ("?limit=-1", "2.40"), ("?nonsense=1", "2.75")])
def test_refused(admin, query, version):
    for path in (PATH, f"{PATH}/{PROJECT}"):
        admin.at(version).refused("GET", path + query, 400)
