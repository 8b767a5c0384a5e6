"""Services, compute nodes and servers put straight into the database."""
import datetime
import uuid

import sqlalchemy as sa

from nova_lite.db import services
from nova_lite.db.tables import hosts, instances
from nova_lite.db.tables import services as services_table
from nova_lite.trace import now

SEEN = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)


def service(database, host="h1", binary="nova-compute", up=True, **changes) -> str:
    """Its uuid.  One that is down was seen for the last time at SEEN."""
    identifier = database.transaction(services.register)(binary, host, "compute")
    if not up:
        changes |= {"last_seen_up": SEEN, "updated_at": SEEN}
    if changes:
        with database.writer() as connection:
            connection.execute(sa.update(services_table).where(services_table.c.uuid == identifier).values(changes))
    return identifier


def compute_node(database, host="h1", **values) -> str:
    """Its uuid; the name is ``node-<host>``."""
    identifier = str(uuid.uuid4())
    with database.writer() as connection:
        connection.execute(sa.insert(hosts).values({
            "uuid": identifier, "host": host, "node": f"node-{host}", "hypervisor_type": "fake",
            "hypervisor_version": 1000, "host_ip": "127.0.0.1", "cpu_info": {"arch": "x86_64"},
            "supported_instances": [], "vcpus": 8, "memory_mb": 8192, "local_gb": 100, "vcpus_limit": 32,
            "memory_mb_limit": 8192, "local_gb_limit": 100, "vcpus_used": 2, "memory_mb_used": 1024,
            "local_gb_used": 10, "running_vms": 0, "failed_builds": 0, "created_at": now(), "updated_at": now()}
            | values))
    return identifier


def server(database, host="h1", task_state=None, deleted=False) -> str:
    """Its uuid."""
    identifier = str(uuid.uuid4())
    with database.writer() as connection:
        connection.execute(sa.insert(instances).values(
            uuid=identifier, project_id="p", user_id="u", display_name="n", hostname="n", vm_state="active",
            task_state=task_state, power_state=1, generation=0, attempt=0, progress=0, host=host, flavorid="1",
            flavor={}, image_ref="", image_meta={}, metadata_={}, tags=[], config_drive=False, reservation_id="r",
            launch_index=0, auto_disk_config=True, security_groups=[], scheduler_hints={}, network_info=[],
            addresses="", created_at=now(), updated_at=now(), deleted=deleted))
    return identifier
