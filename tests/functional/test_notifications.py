"""Notifications: each change has its own, in order, exactly if it was committed; a bus that is away loses none."""
import datetime

import pytest

from nova_lite import exceptions, failpoints
from nova_lite.conductor import expiry, usage_audit
from nova_lite.conductor.notifications import Drain
from nova_lite.conf import CONF
from nova_lite.db import (
    flavors,
    instances,
    leases,
    notifications,
    server_groups,
    services,
    session,
    tables,
    usage_audits,
)
from nova_lite.db import keypairs as db_keypairs
from nova_lite.models import Flavor
from nova_lite.models.keypair import Keypair
from nova_lite.models.server_group import ServerGroup
from nova_lite.notifications import legacy, payloads
from nova_lite.rpc import notifier
from nova_lite.virt.fake import FakeDriver
from tests.functional.cluster import ACTIVE, FAILED, GONE, PAUSED, STOPPED, SUSPENDED, wait_for
from tests.notification_schema import check

WEEK = datetime.timedelta(days=7)


@pytest.fixture
def told(cluster):
    """told(server): the event types so far that are about it; ``told.rows()``: whole rows."""
    cluster.override("oslo_messaging_notifications", driver=["messagingv2"])
    empty()

    def types(server):
        return [row.event_type for row in rows() if about(row) == server.uuid]
    types.rows = rows
    yield types
    empty()


def empty():
    with session.writer() as connection:
        connection.execute(tables.notifications.delete())


def rows():
    with session.reader() as connection:
        found = notifications.oldest(connection, 1000)
    for row in found:
        if not row.event_type.startswith(legacy.PREFIX):
            check(row.payload)
    return found


def about(row):
    data = row.payload.get("nova_object.data", row.payload)
    return data.get("instance_uuid") or data.get("uuid") or data.get("instance_id")


def test_the_life_of_a_server(cluster, told):
    server = cluster.made()
    assert told(server) == ["scheduler.select_destinations.start", "scheduler.select_destinations.end",
                            "instance.create.start", "instance.create.end"]
    api, context = cluster.api, cluster.context
    for method, condition, name in (("stop", STOPPED, "power_off"), ("start", ACTIVE, "power_on"),
                                    ("pause", PAUSED, "pause"), ("unpause", ACTIVE, "unpause"),
                                    ("suspend", SUSPENDED, "suspend"), ("resume", ACTIVE, "resume")):
        empty()
        getattr(api, method)(context, api.get(context, server.uuid))
        cluster.wait([server], condition)
        assert told(server) == [f"instance.{name}.start", f"instance.{name}.end"]
    empty()
    api.reboot(context, api.get(context, server.uuid), "SOFT")
    cluster.wait([server])
    api.lock(context, server, "why")
    api.unlock(context, server)
    api.delete(context, api.get(context, server.uuid))
    cluster.wait([server], GONE)
    assert told(server) == [
        "instance.reboot.start", "instance.reboot.end", "instance.lock", "instance.unlock", "instance.delete.start",
        "instance.shutdown.start", "instance.shutdown.end", "instance.delete.end"]
    start, end = (row for row in rows() if row.event_type.startswith("instance.reboot"))
    assert start.payload["nova_object.data"]["task_state"] == "rebooting"
    assert end.payload["nova_object.data"]["task_state"] is None
    assert {row.publisher_id for row in (start, end)} == {f"nova-compute:{server.host}"}
    assert end.payload["nova_object.data"]["action_initiator_user"] == "u1" and end.priority == "INFO"
    lock = next(row for row in rows() if row.event_type == "instance.lock")
    assert (lock.payload["nova_object.data"]["locked_reason"], lock.publisher_id) == ("why", f"nova-api:{CONF.host}")


def test_a_build_that_fails_and_is_done_elsewhere(cluster, told, monkeypatch):
    real, failed = FakeDriver.spawn, []

    def spawn(self, *args):
        if not failed:
            failed.append(self.host)
            raise RuntimeError("broken")
        real(self, *args)
    monkeypatch.setattr(FakeDriver, "spawn", spawn)
    server = cluster.made()
    assert [name for name in told(server) if not name.startswith("scheduler")] == [
        "instance.create.start", "instance.create.error", "instance.create.start", "instance.create.end"]
    error = next(row for row in rows() if row.event_type == "instance.create.error")
    assert (error.priority, error.publisher_id) == ("ERROR", f"nova-compute:{failed[0]}")
    fault = error.payload["nova_object.data"]["fault"]["nova_object.data"]
    assert (fault["exception"], fault["function_name"]) == ("RuntimeError", "spawn")
    assert next(row for row in rows() if row.event_type == "compute.exception").priority == "ERROR"


def test_a_build_without_a_host(cluster, told):
    server = cluster.made(FAILED, force_host="nowhere")
    assert told(server) == ["compute_task.build_instances.error"]
    [row] = rows()
    assert row.publisher_id == f"nova-conductor:{CONF.host}"
    assert row.payload["nova_object.data"]["reason"]["nova_object.data"]["exception"] == "NoValidHost"


def test_a_failed_step_is_an_exception_on_its_host(cluster, told):
    server = cluster.made()
    empty()
    cluster.override("fake", fail_operations=["power_off"])
    cluster.api.stop(cluster.context, server)
    cluster.wait([server], lambda s: s.task_state is None)
    assert told(server) == ["instance.power_off.start"]
    assert [row.event_type for row in rows()] == ["instance.power_off.start", "compute.exception"]


def test_a_guest_that_goes_off_by_itself(cluster, told):
    server = cluster.made()
    empty()
    cluster.driver(server.host).crash_guest(server.uuid)
    cluster.wait([server], STOPPED)
    assert told(server) == ["instance.power_off.start", "instance.power_off.end"]


def test_what_is_refused_or_rolled_back_is_not_told(cluster, told):
    server = cluster.made()
    empty()
    with pytest.raises(exceptions.InstanceInvalidState):
        cluster.api.start(cluster.context, server)

    @session.transaction
    def broken(connection):
        instances.update(connection, server.uuid, locked_by="owner")
        raise exceptions.Invalid("no")
    with pytest.raises(exceptions.Invalid):
        broken()
    assert rows() == []


def test_updates_when_they_are_asked_for(cluster, told):
    server = cluster.made()
    cluster.api.update(cluster.context, server, display_name="renamed")
    assert "instance.update" not in told(server)
    cluster.override("notifications", notify_on_state_change="vm_and_task_state")
    empty()
    cluster.api.update(cluster.context, server, display_name="again")
    cluster.api.stop(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], STOPPED)
    changes = [row.payload["nova_object.data"] for row in rows() if row.event_type == "instance.update"]
    states = [data["state_update"]["nova_object.data"] for data in changes]
    assert [data["old_display_name"] for data in changes] == ["renamed", None, None]
    assert [(s["old_state"], s["state"], s["old_task_state"], s["new_task_state"]) for s in states] == [
        ("active", "active", None, None), ("active", "active", None, "powering-off"),
        ("active", "stopped", "powering-off", None)]
    cluster.override("notifications", notify_on_state_change="vm_state")
    empty()
    cluster.api.start(cluster.context, cluster.get(server.uuid))
    cluster.wait([server])
    assert told(server) == ["instance.power_on.start", "instance.power_on.end", "instance.update"]


def exist():
    """Of the instance.exists that are kept: (uuid, beginning and end of the period, publisher)."""
    return [(about(row), *payload["audit_period"]["nova_object.data"].values(), row.publisher_id) for row in rows()
            if row.event_type == "instance.exists" and (payload := row.payload["nova_object.data"])]


def test_a_server_that_becomes_another_one_existed_before(cluster, told):
    server = cluster.made()
    empty()
    api, context = cluster.api, cluster.context
    api.rescue(context, api.get(context, server.uuid), {})
    cluster.wait([server], lambda s: s.vm_state == "rescued" and s.task_state is None)
    assert told(server) == ["instance.rescue.start", "instance.exists", "instance.rescue.end"]
    api.unrescue(context, api.get(context, server.uuid))
    cluster.wait([server])
    empty()
    api.shelve(context, api.get(context, server.uuid))
    cluster.wait([server], lambda s: s.vm_state == "shelved_offloaded" and s.task_state is None)
    assert told(server)[:2] == ["instance.exists", "instance.shelve.start"]
    [(_uuid, begin, end, publisher)] = exist()
    assert begin.endswith("-01T00:00:00Z") and begin < end and publisher == f"nova-compute:{server.host}"


def test_servers_of_a_period_are_told_of_once(cluster, told, monkeypatch):
    """A conductor that dies goes on where it was, and of two one is enough; those of other hosts, and those that were
    there before or after, are not told of."""
    [own] = [found for found in cluster.parts("conductor")["periodics"] if found._thread.name == "usage audit"]
    own.stop()
    monkeypatch.setattr(usage_audits, "BATCH", 2)
    servers = [cluster.made(force_host=host) for host in cluster.hosts[:1] * 3 + cluster.hosts[1:2]]
    gone = cluster.made(force_host=cluster.hosts[0])
    cluster.api.delete(cluster.context, cluster.get(gone.uuid))
    cluster.wait([gone], GONE)
    begin, end = usage_audits.last_period()
    set_times(servers[0], launched_at=begin - WEEK)
    set_times(servers[1], launched_at=end - WEEK)
    set_times(servers[3], launched_at=end - WEEK)
    set_times(gone, launched_at=begin - WEEK, terminated_at=begin + WEEK)       # servers[2] is of this period
    empty()
    assert usage_audit.tell() == 0
    cluster.override(None, instance_usage_audit=True)
    with pytest.raises(ZeroDivisionError), monkeypatch.context() as patch:
        real = usage_audits._notes
        patch.setattr(usage_audits, "_notes", lambda *args: real(*args) if not exist() else 1 / 0)
        usage_audit.tell()
    assert len(exist()) == 2
    assert usage_audit.tell() == len(cluster.hosts) and usage_audit.tell() == 0
    period = (payloads.time(begin), payloads.time(end))
    assert exist() == [(server.uuid, *period, f"nova-compute:{server.host}")
                       for server in (servers[0], servers[1], gone, servers[3])]
    with session.reader() as connection:
        audits = {audit.host: audit for audit in usage_audits.of_period(connection, begin, end)}
    assert set(audits) == set(cluster.hosts) and all(audit.done for audit in audits.values())
    assert [audits[host].instances for host in cluster.hosts[:2]] == [3, 1]
    expiry.forget_usage_audits()
    with session.reader() as connection:
        assert len(usage_audits.of_period(connection, begin, end)) == len(cluster.hosts)
    monkeypatch.setattr(usage_audits, "KEPT", -3 * 52 * WEEK)
    expiry.forget_usage_audits()
    with session.reader() as connection:
        assert usage_audits.of_period(connection, begin, end) == []


def set_times(server, **values):
    with session.writer() as connection:
        connection.execute(tables.instances.update().where(tables.instances.c.uuid == server.uuid).values(values))


@pytest.mark.parametrize("wanted", ["unversioned", "both"])
def test_the_unversioned_ones(cluster, told, wanted):
    cluster.override("notifications", notification_format=wanted, notify_on_state_change="vm_state")
    server = cluster.made()
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)
    types = told(server)
    assert [name for name in types if name.startswith(legacy.PREFIX)] == [legacy.PREFIX + name for name in (
        "update", "create.start", "create.end", "update", "delete.start", "shutdown.start", "shutdown.end",
        "delete.end", "update")]
    assert bool([name for name in types if not name.startswith(legacy.PREFIX)]) == (wanted == "both")
    by_type = {row.event_type: row for row in rows()}
    end = by_type["compute.instance.create.end"]
    assert end.publisher_id == f"compute.{server.host}" and end.priority == "INFO"
    expected = {"instance_id": server.uuid, "tenant_id": server.project_id, "state": "active", "state_description": "",
                "host": server.host, "memory_mb": server.flavor.memory_mb, "message": "Success", "deleted_at": ""}
    assert {key: end.payload[key] for key in expected} == expected
    assert end.payload["fixed_ips"][0]["address"] == server.network_info[0].fixed_ips[0].address
    assert by_type["compute.instance.delete.end"].payload["deleted_at"]
    update = by_type["compute.instance.update"].payload
    assert (update["old_state"], update["state"]) == ("active", "deleted")
    assert len({row.message_id for row in rows()}) == len(rows())


def test_nothing_is_kept_when_they_are_off(cluster):
    cluster.made()
    assert rows() == []


def test_a_change_and_its_notification_are_one_commit(cluster, told):
    """Whoever dies after it has told of it."""
    server, seen = cluster.made(), []
    empty()
    with failpoints.armed({"conductor.stop_instance.committed": lambda: seen.extend(told(server))}):
        cluster.api.stop(cluster.context, server)
        cluster.wait([server], STOPPED)
        wait_for(lambda: seen)
    assert seen == ["instance.power_off.start", "instance.power_off.end"]


# -- sending ----------------------------------------------------------------------------------------------
class Bus:
    """In place of the notifier: remembers what it was given; refuses what ``refuses`` says."""

    def __init__(self):
        self.taken, self.refuses = [], lambda message: False

    def send(self, context, message):
        if self.refuses(message):
            raise exceptions.ServiceUnavailable("no bus")
        self.taken.append((context.request_id, message))


def test_a_bus_that_is_away_loses_nothing_and_order_stays(cluster, told):
    server = cluster.made()
    cluster.api.unlock(cluster.context, server)
    expected, bus = [row.message_id for row in rows()], Bus()
    drain = Drain(bus)
    bus.refuses = lambda message: message.event_type == "instance.create.end"
    with pytest.raises(exceptions.ServiceUnavailable):
        drain.drain()
    assert [message.message_id for _, message in bus.taken] == expected[:3]
    bus.refuses = lambda message: False
    assert drain.drain() == 2 and drain.drain() == 0
    assert [message.message_id for _, message in bus.taken] == expected
    assert rows() == [] and all(request_id.startswith("req-") for request_id, _ in bus.taken)
    drain.stop()


def test_a_conductor_that_dies_while_it_sends_is_followed_by_another(cluster, told):
    server = cluster.made()
    first, second = Drain(Bus()), Drain(Bus())
    first.notifier.refuses = lambda message: True
    with pytest.raises(exceptions.ServiceUnavailable):
        first.drain()
    assert second.drain() == 0, "the first has the lease"
    with session.writer() as connection:
        connection.execute(tables.leases.update().values(until=server.created_at))
    assert second.drain() == 4
    second.stop()
    assert session.transaction(leases.take)("notifications", "third", 1)
    session.transaction(leases.give_back)("notifications", "third")


def test_through_the_librarys_notifier(cluster, told):
    """The in-memory transport: topic, priority, envelope; and its failure is not swallowed."""
    import oslo_messaging
    seen = []

    class Endpoint:
        def info(self, context, publisher_id, event_type, payload, metadata):
            seen.append((publisher_id, event_type, metadata["message_id"], metadata["timestamp"], context))

    server = cluster.made()
    [*_others, last] = rows()
    listener = oslo_messaging.get_notification_listener(
        oslo_messaging.get_notification_transport(CONF), [oslo_messaging.Target(topic="versioned_notifications")],
        [Endpoint()], executor="threading")
    listener.start()
    try:
        sender = notifier.Notifier()
        drain = Drain(sender)
        assert drain.drain() == 4
        drain.stop()
        wait_for(lambda: len(seen) == 4)
        assert seen[-1][:4] == (f"nova-compute:{server.host}", "instance.create.end", last.message_id,
                                str(last.created_at))
        assert seen[-1][4]["request_id"] == last.initiator["request_id"] and not seen[-1][4].get("auth_token")
    finally:
        listener.stop()
        listener.wait()

    cluster.override("notifications", notification_format="unversioned")
    old, seen[:] = oslo_messaging.get_notification_listener(
        oslo_messaging.get_notification_transport(CONF), [oslo_messaging.Target(topic="notifications")],
        [Endpoint()], executor="threading"), []
    old.start()
    try:
        cluster.api.reboot(cluster.context, server, "HARD")
        cluster.wait([server])
        drain = Drain(sender)
        assert drain.drain() == 2
        drain.stop()
        wait_for(lambda: len(seen) == 2)
        assert [name for _, name, *_ in seen] == ["compute.instance.reboot.start", "compute.instance.reboot.end"]
    finally:
        old.stop()
        old.wait()
    cluster.override("notifications", notification_format="versioned")

    class Broken:
        conf = CONF

        def send_notification(self, *args, **kwargs):
            raise oslo_messaging.MessageDeliveryFailure("away")
    sender._transport._driver = Broken()
    cluster.api.unlock(cluster.context, server)
    with pytest.raises(exceptions.ServiceUnavailable, match="away"):
        Drain(sender).drain()
    assert len(rows()) == 1


# -- other things -----------------------------------------------------------------------------------------
def test_changes_of_other_things(cluster, told):
    do = session.transaction
    do(flavors.create)(Flavor("77", "told", 1, 1, 1, is_public=False))
    do(flavors.set_extra_specs)("77", {"a": "b"})
    with session.reader() as connection:
        flavor = flavors.get(connection, "77")
    do(flavors.add_access)(flavor, "p1")
    do(flavors.delete)("77")
    do(db_keypairs.create)(Keypair("u1", "made", "ssh", "ssh-rsa AAAA", "00"), imported=False)
    do(db_keypairs.create)(Keypair("u1", "given", "ssh", "ssh-rsa AAAA", "00"), imported=True)
    for name in ("made", "given"):
        do(db_keypairs.delete)("u1", name)
    group = do(server_groups.create)(ServerGroup("", "aaaa", "u1", "g", "affinity"))
    server = cluster.made(scheduler_hints={"group": group.uuid})
    do(server_groups.delete)(group.uuid, "aaaa")
    with session.reader() as connection:
        service = services.get_by_host(connection, server.host)
    do(services.update)(service.id, disabled=True)
    do(services.update)(service.id, disabled=False)
    found = [row.event_type for row in rows() if row.event_type.split(".")[0] not in ("instance", "scheduler")]
    both = lambda name: [f"{name}.start", f"{name}.end"]  # noqa: E731
    assert found == ["flavor.create", "flavor.update", "flavor.update", "flavor.delete", *both("keypair.create"),
                     *both("keypair.import"), *both("keypair.delete"), *both("keypair.delete"), "server_group.create",
                     "server_group.add_member", "server_group.delete", "service.update", "service.update"]
    updates = [row.payload["nova_object.data"] for row in rows() if row.event_type == "flavor.update"]
    assert updates[0]["extra_specs"] == {"a": "b"} and updates[1]["projects"] == ["p1"]


def test_aggregates_are_told_of(cluster, told):
    from nova_lite.db import aggregates
    do = session.transaction
    made = do(aggregates.create)("told", None)
    do(aggregates.update)(made.id, "renamed", {})
    do(aggregates.update)(made.id, None, {"ssd": "true"})
    do(aggregates.add_host)(made.id, cluster.hosts[0])
    do(aggregates.remove_host)(made.id, cluster.hosts[0])
    do(aggregates.delete)(made.id)
    assert [row.event_type for row in rows()] == [f"aggregate.{verb}.{phase}" for verb in (
        "create", "update_prop", "update_metadata", "add_host", "remove_host", "delete") for phase in ("start", "end")]
