"""Shelve, offload and unshelve: what a server keeps, where it comes back, and what is left of it afterwards."""
import datetime
import threading

import pytest
import sqlalchemy as sa

from nova_lite import exceptions, failpoints, image, states
from nova_lite.conductor import offload
from nova_lite.db import actions, aggregates, instances, services, session
from nova_lite.db.tables import hosts as hosts_table
from nova_lite.db.tables import services as services_table
from nova_lite.models import Report
from nova_lite.trace import now
from tests.functional.cluster import (
    ACTIVE,
    FAILED,
    GONE,
    IDLE,
    OFFLOADED,
    PAUSED,
    SHELVED,
    STOPPED,
    SUSPENDED,
    wait_for,
)


@pytest.fixture
def images():
    return image.connect()


def shelved_image(server) -> str:
    with session.reader() as connection:
        return actions.shelved_image(connection, server.uuid)


def is_gone(images, context, image_id) -> bool:
    try:
        images.get(context, image_id)
    except exceptions.ImageNotFound:
        return True
    return False


def shelved(cluster, offload_time, state=None, **values):
    cluster.override("compute", shelved_offload_time=offload_time)
    server = cluster.made(**values)
    cluster.api.shelve(cluster.context, server)
    return cluster.wait([server], state or (SHELVED if offload_time else OFFLOADED))[0]


@pytest.mark.parametrize("before", [None, "stop", "pause", "suspend"])
def test_offloaded_at_once_and_back_again(cluster, images, before):
    server = cluster.made()
    if before:
        getattr(cluster.api, before)(cluster.context, server)
        [server] = cluster.wait([server], {"stop": STOPPED, "pause": PAUSED, "suspend": SUSPENDED}[before])
    host, vifs = server.host, server.network_info
    cluster.api.shelve(cluster.context, server)
    assert cluster.get(server.uuid).task_state == "shelving"
    [server] = cluster.wait([server], OFFLOADED)
    assert (server.host, server.node, server.power_state) == (None, None, states.NOSTATE)
    assert cluster.usage(host) == {"vcpus": 0, "memory_mb": 0, "local_gb": 0, "running_vms": 0}
    assert server.network_info == vifs and cluster.audit() == []
    kept = images.get(cluster.context, shelved_image(server))
    assert (kept.status, kept.name, kept.properties["image_type"]) == ("active", "vm-shelved", "snapshot")

    cluster.api.unshelve(cluster.context, server)
    assert cluster.get(server.uuid).task_state == "unshelving"
    [server] = cluster.wait([server], ACTIVE)
    assert server.power_state == states.RUNNING and server.network_info == vifs
    assert server.image_ref == cluster.image.id, "what it was made of first"
    assert cluster.usage(server.host)["running_vms"] == 1
    assert is_gone(images, cluster.context, kept.id)
    assert [action.action for action in cluster.api.actions(cluster.context, server.uuid)][:2] == ["unshelve", "shelve"]


def test_one_that_stays_on_its_host_is_started_there(cluster, images):
    server = shelved(cluster, -1)
    host, kept = server.host, shelved_image(server)
    assert server.power_state == states.SHUTDOWN and cluster.usage(host)["running_vms"] == 1
    cluster.api.unshelve(cluster.context, server)
    [server] = cluster.wait([server], ACTIVE)
    assert server.host == host and is_gone(images, cluster.context, kept)


def test_it_is_offloaded_when_its_time_is_over(cluster):
    server = shelved(cluster, 3600)
    engine = cluster.parts("conductor")["engine"]
    assert offload.offload_shelved(engine) == 0
    cluster.override("compute", shelved_offload_time=-1)
    assert offload.offload_shelved(engine) == 0, "never"
    with session.writer() as connection:
        table = actions.actions
        connection.execute(table.update().where(table.c.instance_uuid == server.uuid, table.c.action == "shelve")
                           .values(finish_time=server.created_at.replace(year=2020)))
    cluster.override("compute", shelved_offload_time=3600)
    offload.offload_shelved(engine)             # unless the conductor's own clock has, just before
    cluster.wait([server], OFFLOADED)
    ordered = [action.action for action in cluster.api.actions(cluster.context, server.uuid)]
    assert ordered.count("shelveOffload") == 1
    assert offload.offload_shelved(engine) == 0


def given_up(cluster, place):
    """A server whose offload fails there, until it is given up."""
    def fail():
        raise exceptions.NovaLiteError("A test made it fail.")
    server = shelved(cluster, -1)
    with failpoints.armed({place: fail}):
        cluster.api.shelve_offload(cluster.context, server)
        [server] = cluster.wait([server], SHELVED)
    assert server.fault.message == "A test made it fail." and server.host
    return server


@pytest.mark.parametrize("place", ["compute.shelve_offload_instance.destroyed", "conductor.unbind_ports.work"])
class TestAnOffloadThatDies:
    """When nothing of the guest is left on its host."""

    def test_is_done_again(self, cluster, place):
        server, engine = given_up(cluster, place), cluster.parts("conductor")["engine"]
        host = server.host
        cluster.override("compute", shelved_offload_time=0)
        cluster.mark_dead(host)
        assert offload.offload_shelved(engine) == offload.offload_again(engine) == 0, (
            "its host is not asked while it is silent")
        with session.writer() as connection:
            connection.execute(services_table.update().values(forced_down=False))
            services.heartbeat(connection, "nova-compute", [host])
        # by the conductor itself, about a lease later: [compute] shelved_poll_interval is an hour
        [server] = cluster.wait([server], OFFLOADED)
        assert server.host is None and cluster.usage(host)["running_vms"] == 0

    def test_waits_twice_as_long_each_time(self, cluster, place):
        server = given_up(cluster, place)
        cluster.mark_dead(server.host)

        def found(ago, **limits):
            """Whether it would be taken up so many leases after the last time."""
            cluster.override("workflow", step_lease=100)
            with session.writer() as connection:
                connection.execute(instances.table.update().where(instances.table.c.uuid == server.uuid).values(
                    updated_at=now() - datetime.timedelta(seconds=100 * ago)))
                return offload._given_up(connection, now()) == [(server.uuid, server.host)]

        assert [found(0.9), found(1.1), found(40)] == [False, True, False]
        with session.writer() as connection:
            table = actions.actions
            failed = connection.execute(sa.select(table).where(
                table.c.instance_uuid == server.uuid, table.c.state == "failed")).one()._asdict()
            connection.execute(table.insert(), [{**failed, "id": None}] * 2)
        assert [found(3.9), found(4.1)] == [False, True]

    def test_is_not_in_the_way_of_an_unshelve(self, cluster, images, place):
        server = given_up(cluster, place)
        host, kept, vifs = server.host, shelved_image(server), server.network_info
        cluster.api.unshelve(cluster.context, server)
        [server] = cluster.wait([server], ACTIVE)
        assert server.network_info == vifs and server.power_state == states.RUNNING
        assert sum(cluster.usage(name)["running_vms"] for name in {host, server.host}) == 1
        history = cluster.history(server.uuid).split()
        assert history[history.index("unshelve"):][:3] == ["unshelve", "unshelve_started", "unshelve_elsewhere"] or (
            history[history.index("unshelve"):][:2] == ["unshelve", "unshelve_elsewhere"])
        assert is_gone(images, cluster.context, kept) and cluster.audit() == []


def test_the_image_of_a_shelved_server_is_gone(cluster, images):
    server = shelved(cluster, 0)
    images.delete(cluster.context, shelved_image(server))
    cluster.api.unshelve(cluster.context, server)
    [server] = cluster.wait([server], FAILED)
    assert server.fault.code == 500 and server.fault.message.endswith(
        f"Unshelve attempted but the image {shelved_image(server)} cannot be found.")
    assert (server.host, server.task_state) == (None, None) and cluster.audit() == []
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)


def test_the_guest_and_the_image_are_gone(cluster, images):
    """Nothing is taken from the host then."""
    server = given_up(cluster, "compute.shelve_offload_instance.destroyed")
    images.delete(cluster.context, shelved_image(server))
    cluster.api.unshelve(cluster.context, server)
    [server] = cluster.wait([server], SHELVED)
    assert server.host and server.fault.message.startswith("Image ")


@pytest.mark.parametrize("offload_time", [0, -1])
def test_its_image_goes_with_it(cluster, images, offload_time):
    server = shelved(cluster, offload_time)
    kept = shelved_image(server)
    cluster.api.delete(cluster.context, server)
    cluster.wait([server], GONE)
    assert is_gone(images, cluster.context, kept)
    assert not [port for port in cluster.networks.server_ports(cluster.context) if port.instance_uuid == server.uuid]


def test_deleted_while_it_is_shelved(cluster, images):
    server, at_it, go_on = cluster.made(), threading.Event(), threading.Event()

    def hang():
        at_it.set()
        go_on.wait(60)
    with failpoints.armed({"compute.shelve_instance.copied": hang}):
        cluster.api.shelve(cluster.context, server)
        assert at_it.wait(60)
        kept = shelved_image(server)
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
        go_on.set()
        cluster.wait([server], GONE)
    assert is_gone(images, cluster.context, kept)


def test_one_that_cannot_be_shelved_runs_on(cluster):
    server = cluster.made()
    cluster.override("fake", fail_operations=["snapshot"])
    cluster.api.shelve(cluster.context, server)
    [server] = cluster.wait([server], IDLE)
    assert (server.vm_state, server.power_state) == ("active", states.RUNNING)
    assert "told to fail snapshot" in server.fault.message
    cluster.override("fake", fail_operations=["snapshot", "power_on"])
    cluster.api.shelve(cluster.context, server)
    [server] = cluster.wait([server], IDLE)
    assert (server.vm_state, server.power_state) == ("stopped", states.SHUTDOWN), "what its guest is by now"


def test_another_host_is_tried(cluster):
    server = shelved(cluster, 0)
    failed = []

    def fail():
        if not failed:
            failed.append(1)
            raise exceptions.NovaLiteError("A test made it fail.")
    with failpoints.armed({"compute.unshelve_instance.work": fail}):
        cluster.api.unshelve(cluster.context, server)
        [server] = cluster.wait([server], ACTIVE)
    assert failed and server.fault is None
    history = cluster.history(server.uuid).split()
    assert history[history.index("unshelve"):] == [
        "unshelve", "unshelve_claimed", "unshelve_rescheduled", "unshelve_claimed", "unshelve_built", "unshelved"]


def test_its_ports_are_those_of_now(cluster):
    """Bound to the new host and read anew; no longer bound to one that failed, nor to any when all did."""
    from nova_lite.network import neutron_http
    server = cluster.made(requested_networks=cluster.networks.validate(cluster.context, None, ("default",), 1) * 2)
    first, second = server.network_info
    cluster.override("compute", shelved_offload_time=0)
    cluster.api.shelve(cluster.context, server)
    [server] = cluster.wait([server], OFFLOADED)

    def bound():
        return {port.id: port.host for port in cluster.networks.server_ports(cluster.context)}
    assert bound() == {first.id: "", second.id: ""}
    cluster.override("fake", fail_operations=["spawn"])
    cluster.api.unshelve(cluster.context, server)
    [server] = cluster.wait([server], OFFLOADED)
    assert bound() == {first.id: "", second.id: ""} and server.network_info == (first, second)
    http = neutron_http.NeutronHTTP()
    http.request(cluster.context, "DELETE", f"ports/{first.id}")
    http.request(cluster.context, "PUT", f"ports/{second.id}", {"port": {"security_groups": []}})
    cluster.override("fake", fail_operations=[])
    cluster.api.unshelve(cluster.context, server, host=cluster.hosts[2])
    [server] = cluster.wait([server], ACTIVE)
    assert bound() == {second.id: cluster.hosts[2]}
    [vif] = server.network_info
    assert (vif.id, vif.fixed_ips, vif.security_groups) == (second.id, second.fixed_ips, ())
    assert cluster.audit() == []


def test_no_host_has_room(cluster):
    server = shelved(cluster, 0)
    with session.writer() as connection:
        connection.execute(hosts_table.update().values(memory_mb_used=10 ** 9))
    try:
        cluster.parts("scheduler")["hosts"].refresh()
        cluster.api.unshelve(cluster.context, server)
        [server] = cluster.wait([server], OFFLOADED)
    finally:
        with session.writer() as connection:
            connection.execute(hosts_table.update().values(memory_mb_used=0))
        cluster.refresh()
    assert server.fault.message.startswith("No valid host was found.")


class TestPlaces:
    @pytest.fixture
    def east(self, cluster):
        """A zone of the second host."""
        with session.writer() as connection:
            aggregate = aggregates.create(connection, "east", "east")
            aggregates.add_host(connection, aggregate.id, cluster.hosts[1])
        cluster.refresh()
        yield "east"
        cluster.clear()
        with session.writer() as connection:
            aggregates.remove_host(connection, aggregate.id, cluster.hosts[1])
            aggregates.delete(connection, aggregate.id)
        cluster.refresh()

    def back(self, cluster, server, *asked, **more):
        cluster.api.unshelve(cluster.context, server, *asked, **more)
        return cluster.wait([server], ACTIVE)[0]

    def test_a_zone_pins_it_and_none_unpins_it(self, cluster, east):
        server = self.back(cluster, shelved(cluster, 0), east)
        assert (server.host, server.availability_zone, server.pinned_availability_zone) == (
            cluster.hosts[1], east, east)
        cluster.api.shelve(cluster.context, server)
        [server] = cluster.wait([server], OFFLOADED)
        assert server.availability_zone == east
        server = self.back(cluster, server, None, host=cluster.hosts[0])
        assert (server.host, server.availability_zone, server.pinned_availability_zone) == (
            cluster.hosts[0], "nova", None)

    def test_a_host(self, cluster, east):
        server = shelved(cluster, 0, availability_zone="nova")
        assert self.back(cluster, server, host=cluster.hosts[2]).host == cluster.hosts[2]

    def test_what_cannot_be(self, cluster, east):
        server = shelved(cluster, 0, availability_zone="nova")

        def refused(error, *asked, **more):
            with pytest.raises(error) as found:
                cluster.api.unshelve(cluster.context, server, *asked, **more)
            return str(found.value)
        assert refused(exceptions.Invalid, "west") == "The requested availability zone is not available"
        refused(exceptions.ComputeHostNotFound, host="nowhere")
        assert refused(exceptions.UnshelveHostNotInAZ, host=cluster.hosts[1]) == (
            f'Host "{cluster.hosts[1]}" is not in the availability zone "nova".')
        refused(exceptions.UnshelveHostNotInAZ, east, host=cluster.hosts[0])
        server = shelved(cluster, -1)
        for asked in ({"zone": east}, {"zone": None}, {"host": cluster.hosts[0]}):
            refused(exceptions.UnshelveInstanceInvalidState, **asked)


def test_a_late_word_of_a_host_leaves_the_ports(cluster):
    """A host that was given up while it unshelved a server has bound its ports by then: it is not to delete them."""
    server, host = shelved(cluster, 0), cluster.hosts[0]
    cluster.override("fake", fail_operations=["spawn"])
    cluster.api.unshelve(cluster.context, server, host=host)
    [server] = cluster.wait([server], OFFLOADED)
    with session.reader() as connection:
        order = actions.of_instance(connection, server.uuid)[0].order()
    cluster.networks.move_ports(cluster.context, server.uuid, host)
    cluster.parts("conductor")["engine"].report(cluster.context, Report(
        order.replace(step="unshelve_instance", attempt=1), host, values={"power_state": states.RUNNING}))
    wait_for(lambda: not cluster.is_worked_on(server))
    assert [port.host for port in cluster.networks.server_ports(cluster.context)] == [""]
    assert cluster.audit() == []
