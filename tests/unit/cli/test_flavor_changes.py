"""``flavor set``, ``flavor unset``, ``usage``, ``service delete``: what is sent and printed."""
import json

FLAVOR = "/compute/v2.1/flavors/1"
USAGE = {"tenant_id": "p1", "total_hours": 2.004, "total_vcpus_usage": 4.0, "total_memory_mb_usage": 512.0,
         "total_local_gb_usage": 2.0, "server_usages": [{}, {}]}


def test_set_and_unset(cloud, run):
    cloud.compute("PUT", "/flavors/1", {"flavor": {}})
    cloud.compute("POST", "/flavors/1/os-extra_specs", {"extra_specs": {}})
    cloud.compute("POST", "/flavors/1/action", {"flavor_access": []})
    cloud.compute("DELETE", "/flavors/1/os-extra_specs/hw%3Aa", None)
    code, _, err = run("flavor", "set", "m1.tiny", "--description", "small", "--property", "hw:a=b", "--project", "p2")
    assert (code, err) == (0, "")
    code, _, err = run("flavor", "unset", "m1.tiny", "--property", "hw:a", "--project", "p2")
    assert (code, err) == (0, "")
    assert [request.body for request in cloud.asked("PUT", FLAVOR)] == [{"flavor": {"description": "small"}}]
    assert [request.body for request in cloud.asked("POST", f"{FLAVOR}/os-extra_specs")] == [
        {"extra_specs": {"hw:a": "b"}}]
    assert [request.body for request in cloud.asked("POST", f"{FLAVOR}/action")] == [
        {"addTenantAccess": {"tenant": "p2"}}, {"removeTenantAccess": {"tenant": "p2"}}]
    assert run("flavor", "set", "m1.tiny")[0] == run("flavor", "unset", "m1.tiny")[0] == 1


def test_usage(cloud, run):
    cloud.compute("GET", "/os-simple-tenant-usage", {"tenant_usages": [USAGE]})
    code, out, err = run("usage", "list", "--start", "2026-01-01", "--end", "2026-02-01", "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [{"Project": "p1", "Servers": 2, "CPU Hours": 4.0, "RAM MiB-Hours": 512.0,
                                "Disk GiB-Hours": 2.0, "Hours": 2.0}]
    [request] = cloud.asked("GET", "/compute/v2.1/os-simple-tenant-usage")
    assert (request.query["start"], request.query["end"]) == (["2026-01-01T00:00:00"], ["2026-02-01T00:00:00"])
    cloud.compute("GET", "/os-simple-tenant-usage/p9", {"tenant_usage": {}})
    shown = json.loads(run("usage", "show", "--project", "p9", "-f", "json")[1])
    assert shown["project"] == "p9" and shown["servers"] == 0 and shown["cpu_hours"] == 0


def test_a_service_is_deleted(cloud, run):
    cloud.compute("GET", "/os-services", {"services": [{"id": "s1", "host": "node7", "binary": "nova-compute"}]})
    cloud.compute("DELETE", "/os-services/s1", None)
    assert run("service", "delete", "node7", "nova-compute")[0] == 0
    cloud.compute("GET", "/os-services", {"services": []})
    assert "There is no nova-compute on node7" in run("service", "delete", "node7", "nova-compute")[2]
