"""Availability zones for users and for administrators."""
from nova_lite.db import services
from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN


def _zone(name, available, hosts=None):
    return {"zoneName": name, "zoneState": {"available": available}, "hosts": hosts}


def _list(api):
    answer = api.get("/os-availability-zone")
    assert answer.status_code == 200
    return answer.json


def test_available_if_any_host_takes_servers(api, database):
    cloud.service(database, "c", "nova-conductor")
    assert _list(api) == {"availabilityZoneInfo": []}
    cloud.service(database, "down", up=False)
    cloud.service(database, "disabled", disabled=True)
    assert _list(api) == {"availabilityZoneInfo": [_zone("nova", False)]}
    cloud.service(database, "good")
    assert _list(api) == {"availabilityZoneInfo": [_zone("nova", True)]}


def test_detail(api, database, fails):
    cloud.service(database, "c", "nova-conductor")
    cloud.service(database, "down", up=False)
    cloud.service(database, "disabled", disabled=True)
    cloud.service(database, "good")
    with database.reader() as connection:
        seen = {service.host: service.last_seen_up for service in services.list_all(connection)}

    def entry(host, available):
        return {"available": available, "active": True, "updated_at": seen[host].strftime("%Y-%m-%dT%H:%M:%S.%f")}

    answer = api.get("/os-availability-zone/detail", token=ADMIN).json["availabilityZoneInfo"]
    assert answer == [
        _zone("internal", True, {"c": {"nova-conductor": entry("c", True)}}),
        _zone("nova", True, {"down": {"nova-compute": entry("down", False)},
                             "good": {"nova-compute": entry("good", True)}})]
    fails(api.get("/os-availability-zone/detail"), 403)


def test_detail_of_a_zone_that_is_not_available(api, database):
    cloud.service(database, "down", up=False)
    answer = api.get("/os-availability-zone/detail", token=ADMIN).json
    assert answer == {"availabilityZoneInfo": [_zone("nova", False)]}
