"""Server groups, zones and quotas of users in SQL, on each database; requests of a project that race."""
import concurrent.futures

import pytest

from nova_lite import exceptions
from nova_lite.db import aggregates, hosts, quota_classes, quotas, server_groups, services, usage
from nova_lite.models import HostResources
from nova_lite.models.host import Share
from nova_lite.models.server_group import ServerGroup
from nova_lite.trace import now

GROUP = ServerGroup(uuid="", project_id="p", user_id="u", name="g", policy="anti-affinity")


def test_no_race_makes_a_group_too_many(database):
    database.transaction(quotas.set_limits)("p", {"server_groups": 3})

    def make(_number):
        try:
            return database.transaction(server_groups.create)(GROUP).uuid
        except exceptions.QuotaError:
            return None
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = [uuid for uuid in pool.map(make, range(12)) if uuid]
    assert len(made) == 3
    with database.writer() as connection:
        assert {group.uuid for group in server_groups.list_page(connection, "p", 10, 0)} == set(made)
        assert server_groups.keeps(connection, made[0], {"a": "h1", "b": "h2"})
        assert not server_groups.keeps(connection, made[0], {"a": "h1", "b": "h1"})
        server_groups.delete(connection, made[0], "p")
        assert quotas.get(connection, "p").used.server_groups == 2


def test_zones(database):
    resources = HostResources(hypervisor_hostname="n", hypervisor_type="fake", hypervisor_version=1,
                              host_ip="127.0.0.1", vcpus=1, memory_mb=1, local_gb=1)
    shares = {"vcpus": Share(1.0, 2.0), "memory_mb": Share(1.0, 1.0), "local_gb": Share(0.5, 2.0)}
    database.transaction(services.register)("nova-compute", "h1", "compute")
    west = database.transaction(aggregates.create)("a", "west").id
    with pytest.raises(exceptions.AggregateNameExists):
        database.transaction(aggregates.create)("a", None)
    database.transaction(aggregates.add_host)(west, "h1")
    database.transaction(hosts.register)("h1", resources, shares)         # the zone was there before the host
    with database.reader() as connection:
        assert [row.availability_zone for row in hosts.changed_since(connection, None)] == ["west"]
        assert len(hosts.changed_since(connection, now())) == 2 and "h1" in hosts.heard_since(connection, now())
    database.transaction(aggregates.update)(west, None, {"cpu_allocation_ratio": "7.5"})
    with database.reader() as connection:
        assert hosts.limits(connection, "h1") == {"vcpus": 7, "memory_mb": 1, "local_gb": 1}
    database.transaction(aggregates.update)(west, "b", {"availability_zone": None, "ssd": "true"})
    with database.reader() as connection:
        assert [row.availability_zone for row in hosts.changed_since(connection, None)] == [None]
        assert aggregates.get(connection, west).metadata == {"cpu_allocation_ratio": "7.5", "ssd": "true"}
        assert usage.of_period(connection, now().replace(year=2020), now(), limit=5) == []


def test_quotas_of_users_and_of_the_default_class(database):
    database.transaction(quota_classes.update)("default", {"instances": 2})
    database.transaction(quotas.reserve)("p", 2, 2, 2, "u")
    with pytest.raises(exceptions.TooManyInstances):
        database.transaction(quotas.reserve)("p", 1, 1, 1, "u")
    database.transaction(quota_classes.update)("default", {"instances": 9})
    database.transaction(quota_classes.update_user)("p", "u", {"cores": 0})
    with pytest.raises(exceptions.TooManyInstances, match="cores: Requested 1, but already used 0 of 0"):
        database.transaction(quotas.reserve)("p", 1, 1, 1, "u")
    database.transaction(quotas.reserve)("p", 1, 1, 1, "other")
    database.transaction(quota_classes.delete_user)("p", "u")
    database.transaction(quotas.reserve)("p", 1, 1, 1, "u")
    with database.reader() as connection:
        assert quotas.get(connection, "p").used.instances == 4
