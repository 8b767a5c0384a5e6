"""Why not?  Each filter of the running scheduler with the hosts that it removes."""
import pytest

from tests.functional.api.server_fixtures import IMAGE
from tests.waiting import wait

PATH = "/nova-lite-explain"


def asked(admin, **changes):
    return admin.post(PATH, {"explain": {"flavorRef": "1", "imageRef": IMAGE, **changes}}, code=200)["explanation"]


@pytest.fixture(autouse=True)
def read_anew(admin):
    """The scheduler has read what the test before was cleared away to: hosts that are all equal."""
    def equal():
        found = asked(admin)["best"]
        return len(found) == 3 and len({item["weight"] for item in found}) == 1
    wait(equal, 10, "three equal hosts")


def test_all_hosts_are_left(admin):
    found = asked(admin)
    assert found["hosts"] == found["left"] == 3 and [item["removed"] for item in found["filters"]] == [0] * len(
        found["filters"])
    assert [item["host"] for item in found["best"]] == ["host1", "host2", "host3"]


def test_each_filter_names_those_that_it_removes(admin):
    found = asked(admin, host="host2")
    assert {item["name"]: item["hosts"] for item in found["filters"] if item["removed"]} == {
        "RequestedHostFilter": ["host1", "host3"]}
    found = asked(admin, availability_zone="nowhere")
    assert found["left"] == 0 and {item["name"]: item["removed"] for item in found["filters"] if item["removed"]} == {
        "AvailabilityZoneFilter": 3}


def test_what_is_refused(admin, client):
    client.refused("POST", PATH, 403, {"explain": {"flavorRef": "1"}})
    admin.refused("POST", PATH, 404, {"explain": {"flavorRef": "nothing"}})
    admin.refused("POST", PATH, 400, {"explain": {"flavorRef": "1", "more": 1}})
    admin.refused("POST", PATH, 400, {"explain": {}})
