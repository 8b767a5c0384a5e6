"""The audit finds each thing that the promises forbid; here each is done by hand, seen, and put back."""
import contextlib
import dataclasses
import datetime

import pytest
import sqlalchemy as sa

from nova_lite import audit, states
from nova_lite.db import session
from nova_lite.db.tables import actions, claims, hosts, instances, quotas, services
from nova_lite.models import Instance, Order, ServerPort
from tests.functional.cluster import GONE, PROJECT, Cluster

AT = datetime.datetime(2026, 1, 1)
NOBODY = "0" * 36


@dataclasses.dataclass(frozen=True)
class Cloud:
    """One ACTIVE server, on ``compute1``; ``compute2`` is empty."""

    cluster: Cluster
    server: Instance

    def findings(self, networks=None, **options) -> list[str]:
        """The audit, now."""
        return list(map(str, audit.audit(networks or self.cluster.networks, self.cluster.context, **options)))


@pytest.fixture
def cloud(cluster):
    """The conductor has gone: it would put right, or refuse, what a test breaks."""
    server, gone = cluster.wait(cluster.create(2, force_host="compute1"))
    cluster.api.delete(cluster.context, gone)
    cluster.wait([gone], GONE)
    found = Cloud(cluster, server)
    assert cluster.audit() == [] and found.findings(at_rest=True) == []
    cluster.stop("conductor", "scheduler")
    return found


@contextlib.contextmanager
def changed(table, column, **values):
    """The rows that ``column`` is true of have these values meanwhile."""
    with session.writer() as connection:
        before = [dict(row._mapping) for row in connection.execute(sa.select(table).where(column))]
        assert connection.execute(table.update().where(column).values(**values)).rowcount
    yield
    with session.writer() as connection:
        for row in before:
            connection.execute(table.update().where(table.c.id == row["id"]).values(
                {key: row[key] for key in values}))


@contextlib.contextmanager
def added(table, **values):
    with session.writer() as connection:
        key = connection.execute(table.insert().values(**values)).inserted_primary_key[0]
    yield
    with session.writer() as connection:
        connection.execute(table.delete().where(table.c.id == key))


def order(uuid, **values):
    return {"instance_uuid": uuid, "action": "stop", "workflow": "stop", "request_id": "req", "user_id": "u",
            "project_id": "p", "start_time": AT, "updated_at": AT, "state": "open", "step": "stop_instance",
            "attempt": 1, "tries": 0, "hosts_tried": [], "params": {}, "deadline": AT, **values}


def mine(cloud, **values):
    return changed(instances, instances.c.uuid == cloud.server.uuid, **values)


LATER = datetime.datetime(2100, 1, 1)
ROWS = {
    "I1: a task_state that nobody works on":
        (lambda c: mine(c, task_state=states.POWERING_OFF), "task_state powering-off and no open order"),
    "I1: a build that nobody works on": (lambda c: mine(c, vm_state=states.BUILDING),
                                         "is building and has no open order"),
    "I1: an error that says nothing": (lambda c: mine(c, vm_state=states.ERROR), "is in ERROR without a fault"),
    "I1: a server that runs nowhere": (lambda c: mine(c, host=None), "is active and has no host"),
    "I3: no claim": (lambda c: changed(claims, claims.c.instance_uuid == c.server.uuid, instance_uuid=NOBODY),
                     "has no claim on its host compute1"),
    "I3: a claim of nobody": (lambda c: added(claims, instance_uuid=NOBODY, host="compute1", vcpus=1, memory_mb=1,
                                              disk_gb=1, created_at=AT), "belongs to no server there"),
    "I3: a claim on a host that is not": (lambda c: added(claims, instance_uuid=NOBODY, host="h9", vcpus=1,
                                                          memory_mb=1, disk_gb=1, created_at=AT),
                                          "claims are on host h9, which is not known"),
    "I3: a claim of too little disk": (lambda c: changed(claims, claims.c.instance_uuid == c.server.uuid, disk_gb=0),
                                       "on compute1 is not its flavor"),
    "I3: a wrong sum": (lambda c: changed(hosts, hosts.c.host == "compute1", local_gb_used=7),
                        "as used, its claims are"),
    "I3: more than the limit": (lambda c: changed(hosts, hosts.c.host == "compute1", local_gb_limit=0),
                                "has more local_gb used than it may"),
    "I3: another limit than the ratio's": (lambda c: changed(hosts, hosts.c.host == "compute1", vcpus_ratio=1.25),
                                           "vcpus, its ratio says"),
    "I5: an order that is overdue": (lambda c: added(actions, **order(c.server.uuid)),
                                     "is overdue at step stop_instance"),
    "I5: an order without a deadline": (lambda c: added(actions, **order(c.server.uuid, deadline=None)), "is overdue"),
    "I5: an order for nobody": (lambda c: added(actions, **order(NOBODY)), "is open, its server is gone"),
    "I5: an order that the server knows nothing of": (lambda c: added(actions, **order(c.server.uuid)),
                                                      "is open, its server has no task_state"),
    "I7: a state that no event led to": (lambda c: mine(c, vm_state=states.STOPPED), "its history does not end there"),
    "I7: events that cannot follow": (lambda c: mine(c, history=" claimed stopped built"),
                                      "is no path of the state table"),
}


@pytest.mark.parametrize("name", ["rows", "two orders", "quota", "guests", "ports", "at rest"])
def test_what_is_wrong_is_found(cloud, name):
    {"rows": _rows, "two orders": _two_orders, "quota": _quota, "guests": _guests, "ports": _ports,
     "at rest": _at_rest}[name](cloud)
    assert cloud.findings(at_rest=True) == []


def _rows(cloud):
    for name, (broken, expected) in ROWS.items():
        with broken(cloud):
            found = cloud.findings()
            assert any(expected in line for line in found), (name, found)
        assert cloud.findings() == [], name


def _two_orders(cloud):
    with added(actions, **order(cloud.server.uuid)), added(actions, **order(cloud.server.uuid)):
        assert f"server {cloud.server.uuid} has 2 open orders" in cloud.findings()


def _quota(cloud):
    with session.writer() as connection:
        connection.execute(quotas.update().where(quotas.c.project_id == PROJECT).values(cores_used=9))
    [line] = cloud.findings()
    assert "cores=9" in line and line.startswith(f"project {PROJECT} is counted with")
    with session.writer() as connection:
        connection.execute(quotas.update().where(quotas.c.project_id == PROJECT).values(cores_used=1))


def _guests(cloud):
    driver, other, uuid = cloud.cluster.driver("compute1"), cloud.cluster.driver("compute2"), cloud.server.uuid
    with mine(cloud, attempt=7):
        assert f"guest {uuid} on compute1 is of attempt 1, the server's is 7" in cloud.findings()
    driver._power(uuid, states.SHUTDOWN)            # the driver tells nobody, as if its event were lost
    assert cloud.findings() == [f"server {uuid} is active, the power state of its guest is {states.SHUTDOWN}"]
    driver._power(uuid, states.RUNNING)
    for stray in (uuid, NOBODY):
        other._set(stray, attempt=1, power_state=states.SHUTDOWN, name="stray")
        assert f"guest {stray} on compute2 belongs to no server there" in cloud.findings()
    assert f"server {uuid} has guests on compute1, compute2" in cloud.findings()
    for stray in (uuid, NOBODY):
        other.destroy(stray)
    other.leftovers = lambda: {NOBODY}
    assert cloud.findings() == [f"something of {NOBODY} is left on compute2"]
    del other.leftovers
    other.strays = lambda: ["tap tap0"]
    assert cloud.findings() == ["tap tap0 on compute2 is left of something"]
    del other.strays
    kept = driver._guests.pop(uuid)
    assert cloud.findings() == [f"server {uuid} has no guest on compute1"]
    driver._guests[uuid] = kept


class _Networks:
    """A network service with these ports."""

    def __init__(self, *ports: ServerPort):
        self._ports = ports

    def server_ports(self, context):
        return self._ports


def _ports(cloud):
    uuid = cloud.server.uuid
    [port] = cloud.cluster.networks.server_ports(cloud.cluster.context)
    for ports, expected in (
            ([port.replace(host="h7")], [f"port {port.id} of server {uuid} is bound to host 'h7', the server's is "
                                         "'compute1'"]),
            ([port, ServerPort("stray", NOBODY, "compute1")],
             [f"port stray belongs to server {NOBODY}, which is gone"]),
            ([port.replace(id="stray")], [f"port stray is left of server {uuid}, which does not show it",
                                          f"server {uuid} shows port {port.id}, which is gone"])):
        assert cloud.findings(_Networks(*ports)) == expected


def _at_rest(cloud):
    """What may be while work goes on, and not at rest."""
    with added(actions, **order(cloud.server.uuid, deadline=LATER)), mine(
            cloud, task_state=states.POWERING_OFF, history=" claimed built stop"):
        assert cloud.findings() == []
        [line] = cloud.findings(at_rest=True)
        assert line.endswith("is open at step stop_instance")
    book = cloud.cluster.parts("compute1")["host"].orders
    delivery = Order(77, cloud.server.uuid, "stop", "stop_instance", 1)
    book.accept(delivery)
    assert cloud.findings() == [] and cloud.findings(at_rest=True) == ["host compute1 works on order 77"]
    book.finish(delivery, None)
    with changed(services, services.c.host == "compute1", last_seen_up=AT):
        assert cloud.findings() == [] and cloud.findings(at_rest=True) == ["host compute1 is down"]
