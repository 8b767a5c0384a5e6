"""``host explain``: what is asked and printed."""
import json

FOUND = {"hosts": 3, "left": 1, "best": [{"host": "node3", "weight": 1.5}], "filters": [
    {"name": "ComputeFilter", "removed": 0, "hosts": []},
    {"name": "ResourceFilter", "removed": 2, "hosts": ["node1", "node2"]}]}


def test_a_line_for_each_filter(cloud, run):
    cloud.compute("POST", "/nova-lite-explain", {"explanation": FOUND})
    code, out, err = run("host", "explain", "--flavor", "m1.tiny", "--image", "lite-guest", "--availability-zone",
                         "west", "--host", "node3", "--project", "p2", "--hint", "cidr=/24")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["3 hosts", "  ComputeFilter   -", "  ResourceFilter  -2  node1, node2",
                                "1 left, the best first:", "  node3  1.5"]
    [request] = cloud.asked("POST", "/compute/v2.1/nova-lite-explain")
    assert request.body == {"explain": {"flavorRef": "1", "imageRef": "i1", "availability_zone": "west",
                                        "host": "node3", "project_id": "p2", "scheduler_hints": {"cidr": "/24"}}}


def test_no_host_and_json(cloud, run):
    nobody = {**FOUND, "left": 0, "best": []}
    cloud.compute("POST", "/nova-lite-explain", {"explanation": nobody})
    assert run("host", "explain", "--flavor", "m1.tiny")[1].splitlines()[-1] == "0 left: no valid host"
    assert json.loads(run("host", "explain", "--flavor", "m1.tiny", "-f", "json")[1]) == nobody
