"""Availability zones for users and for administrators."""
import pytest

from nova_lite.db import services
from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN
from tests.functional.clouds import HOSTS


def _zone(name, available, hosts=None):
    return {"zoneName": name, "zoneState": {"available": available}, "hosts": hosts}


def _list(api):
    answer = api.get("/os-availability-zone")
    assert answer.status_code == 200
    return answer.json


def _disable(api, host, verb="disable"):
    answer = api.put(f"/os-services/{verb}", {"host": host, "binary": "nova-compute"}, token=ADMIN)
    assert answer.status_code == 200


@pytest.fixture
def silence(common_cloud, database):
    return lambda *hosts: [cloud.silence(common_cloud, database, host) for host in hosts]


@pytest.fixture
def detail(api, database):
    """What an administrator sees, and ``entry(host, binary, available)`` of what it says of a service."""
    def seen():
        with database.reader() as connection:
            return {(s.binary, s.host): s.last_seen_up for s in services.list_all(connection)}

    def ask():
        before = None
        while before != (times := seen()):              # until no heartbeat came meanwhile
            before = times
            answer = api.get("/os-availability-zone/detail", token=ADMIN).json["availabilityZoneInfo"]

        def entry(host, binary, available):
            return {binary: {"available": available, "active": True,
                             "updated_at": times[binary, host].strftime("%Y-%m-%dT%H:%M:%S.%f")}}
        return answer, entry
    return ask


def test_available_if_any_host_takes_servers(api, silence):
    assert _list(api) == {"availabilityZoneInfo": [_zone("nova", True)]}
    silence("host1", "host3")
    _disable(api, "host2")
    assert _list(api) == {"availabilityZoneInfo": [_zone("nova", False)]}
    _disable(api, "host2", "enable")
    assert _list(api) == {"availabilityZoneInfo": [_zone("nova", True)]}


def test_no_host_is_no_zone(api, database, silence):
    silence(*HOSTS)
    for host in HOSTS:
        assert api.delete(f"/os-services/{cloud.service(database, host).id}", token=ADMIN).status_code == 204
    assert _list(api) == {"availabilityZoneInfo": []}


def test_detail(api, silence, detail, fails):
    silence("host2")
    _disable(api, "host3")
    answer, entry = detail()
    assert answer == [
        _zone("internal", True, {"host1": entry("host1", "nova-conductor", True)
                                 | entry("host1", "nova-scheduler", True)}),
        _zone("nova", True, {"host2": entry("host2", "nova-compute", False),
                             "host1": entry("host1", "nova-compute", True)})]
    fails(api.get("/os-availability-zone/detail"), 403)


def test_detail_of_a_zone_that_is_not_available(silence, detail):
    silence(*HOSTS)
    [internal, nova], _entry = detail()
    assert internal["zoneName"] == "internal" and nova == _zone("nova", False)
