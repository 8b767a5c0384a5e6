"""Fills a database with hosts and servers as if they had always been there: consistent, as the audit wants it."""
import datetime
import random
import uuid
from collections.abc import Iterator

from nova_lite import states
from nova_lite.db import actions, instances, quotas, tables
from nova_lite.models import Flavor, ImageMeta, Instance, Order
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now

BATCH = 2000
FLAVOR = Flavor(flavorid="filled", name="filled", vcpus=1, memory_mb=64, root_gb=1)
PREFIX = "filled-"
USER = "filled"             # whose the servers are
ROOM = 1000                 # servers that a host can take, unless told else


def server_name(number: int) -> str:
    return f"{PREFIX}{number:07d}"


def host_name(number: int) -> str:
    return f"{PREFIX}{number:06d}"


def add_hosts(connection, count: int, room: int = ROOM) -> None:
    """Compute nodes that are up, with ``room`` for so many servers each."""
    at = now()
    for batch in _batches(count):
        connection.execute(tables.services.insert(), [{
            "uuid": str(uuid.uuid4()), "binary": COMPUTE, "host": host_name(n), "topic": "compute", "disabled": False,
            "forced_down": False, "fence_after": 0, "last_seen_up": at, "created_at": at, "updated_at": at}
            for n in batch])
        connection.execute(tables.hosts.insert(), [{
            "uuid": str(uuid.uuid4()), "host": host_name(n), "node": host_name(n), "hypervisor_type": "fake",
            "hypervisor_version": 1000, "host_ip": "127.0.0.1", "cpu_info": {}, "supported_instances": [],
            "vcpus": room, "memory_mb": room * FLAVOR.memory_mb, "local_gb": room * FLAVOR.disk_gb,
            "vcpus_usable": room, "memory_mb_usable": room * FLAVOR.memory_mb, "local_gb_usable": room * FLAVOR.disk_gb,
            "vcpus_ratio": 1.0, "memory_mb_ratio": 1.0, "local_gb_ratio": 1.0,
            "vcpus_limit": room, "memory_mb_limit": room * FLAVOR.memory_mb, "local_gb_limit": room * FLAVOR.disk_gb,
            "vcpus_used": 0, "memory_mb_used": 0, "local_gb_used": 0, "running_vms": 0, "failed_builds": 0,
            "availability_zone": None, "created_at": at, "updated_at": at} for n in batch])


def add_servers(connection, count: int, project_id: str, host_count: int) -> None:
    """ACTIVE servers of a project, spread evenly over the filled hosts, with their claims and quota."""
    began = now() - datetime.timedelta(days=365)
    rng = random.Random(1)
    for batch in _batches(count):
        servers = [_server(n, project_id, began, host_name(n % host_count), rng) for n in batch]
        instances.insert(connection, servers)
        connection.execute(tables.claims.insert(), [{
            "instance_uuid": server.uuid, "host": server.host, "vcpus": FLAVOR.vcpus, "memory_mb": FLAVOR.memory_mb,
            "disk_gb": FLAVOR.disk_gb, "created_at": server.created_at} for server in servers])
    each, more = divmod(count, host_count)
    for number in range(host_count):
        _use(connection, host_name(number), each + (number < more))
    quotas.reserve(connection, project_id, count, count * FLAVOR.vcpus, count * FLAVOR.memory_mb, USER)


def add_orders(connection, context, count: int) -> list[Order]:
    """Servers that wait for their host: orders as a create leaves them."""
    at = now()
    servers = [Instance(
        uuid=str(uuid.uuid4()), project_id=context.project_id, user_id=context.user_id, display_name=f"waits-{n}",
        flavor=FLAVOR, vm_state=states.BUILDING, task_state=states.SCHEDULING, image_ref="", image_meta=ImageMeta(),
        created_at=at, updated_at=at) for n in range(count)]
    instances.insert(connection, servers)
    return actions.insert(connection, context, [server.uuid for server in servers], "create", "build",
                          step="schedule", timeout=3600)


def _server(number, project_id, began, host, rng) -> Instance:
    at = began + datetime.timedelta(seconds=number)
    name = server_name(number)
    return Instance(
        uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)), project_id=project_id, user_id=USER,
        display_name=name, hostname=name, flavor=FLAVOR, vm_state=states.ACTIVE, power_state=states.RUNNING,
        attempt=1, host=host, node=host, image_ref="", image_meta=ImageMeta(), reservation_id="r-filled",
        created_at=at, updated_at=at, launched_at=at, availability_zone="nova")


def _use(connection, host: str, count: int) -> None:
    connection.execute(tables.hosts.update().where(tables.hosts.c.host == host).values(
        vcpus_used=count * FLAVOR.vcpus, memory_mb_used=count * FLAVOR.memory_mb,
        local_gb_used=count * FLAVOR.disk_gb, running_vms=count))


def _batches(count: int) -> Iterator[range]:
    for first in range(0, count, BATCH):
        yield range(first, min(first + BATCH, count))
