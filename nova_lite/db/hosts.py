"""Compute nodes: what they have, and the feed from which schedulers learn of changes."""
import datetime
import functools
import json
import uuid

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.db import aggregates, each
from nova_lite.db.tables import actions, hosts, services
from nova_lite.models import HostResources
from nova_lite.models.host import Share
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now

# A change may become visible a little after its updated_at was taken; a reader looks back so far.
LOOK_BACK = datetime.timedelta(seconds=10)
HEARTBEATS_BACK = datetime.timedelta(seconds=3)


def register(connection, host: str, resources: HostResources, shares: dict[str, Share]) -> None:
    """Write what a compute node has; ``shares``: what may be claimed: vcpus, memory_mb, local_gb."""
    at = now()
    # Who changes an aggregate changes its hosts' rows: either that waits for this, or is seen here.
    connection.execute(sa.select(hosts.c.id).where(hosts.c.host == host).with_for_update()).all()
    zone, metadata = aggregates.of_host(connection, host)
    values = {
        "node": resources.hypervisor_hostname, "hypervisor_type": resources.hypervisor_type,
        "hypervisor_version": resources.hypervisor_version, "host_ip": resources.host_ip,
        "cpu_info": resources.cpu_info, "supported_instances": [list(i) for i in resources.supported_instances],
        "vcpus": resources.vcpus, "memory_mb": resources.memory_mb, "local_gb": resources.local_gb,
        **{f"{name}_usable": share.usable for name, share in shares.items()},
        **{f"{name}_ratio": share.ratio for name, share in shares.items()},
        **{f"{name}_limit": limit for name, limit in aggregates.limits(shares, metadata).items()}, "updated_at": at}
    if connection.execute(hosts.update().where(hosts.c.host == host).values(values)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(hosts.insert().values(
                uuid=str(uuid.uuid4()), host=host, vcpus_used=0, memory_mb_used=0, local_gb_used=0, running_vms=0,
                failed_builds=0, availability_zone=zone, aggregate_metadata=aggregates.as_text(metadata), created_at=at,
                **values))
    except db_exc.DBDuplicateEntry:
        connection.execute(hosts.update().where(hosts.c.host == host).values(values))


def limits(connection, host: str) -> dict[str, int]:
    """What may be claimed of a compute node: vcpus, memory_mb, local_gb; {} when there is none."""
    row = connection.execute(sa.select(hosts.c.vcpus_limit, hosts.c.memory_mb_limit, hosts.c.local_gb_limit).where(
        hosts.c.host == host)).first()
    return {} if row is None else {name.removesuffix("_limit"): value for name, value in row._mapping.items()}


# What hosts of a kind have in common stays text: readers tell kinds apart by it, and read each of them once.
_TEXTS = ("cpu_info", "supported_instances")
_FEED = (*(column for column in hosts.c if column.name not in _TEXTS),
         *(sa.cast(hosts.c[name], sa.Text).label(name) for name in _TEXTS))
# Workflows that keep a host's disks and network busy.
_BUSY = ("build", "rebuild", "resize", "createImage", "createBackup", "shelve", "unshelve")


def io_ops(connection) -> dict[str, int]:
    """{host: open orders that keep its disks busy}; of open orders alone there is something to read."""
    return dict(connection.execute(sa.select(actions.c.step_host, sa.func.count()).where(
        actions.c.deadline.is_not(None), actions.c.workflow.in_(_BUSY), actions.c.step_host.is_not(None)).group_by(
        actions.c.step_host)).all())


def changed_since(connection, since: datetime.datetime | None):
    """Rows of compute nodes joined with their service, changed after ``since`` (None: all); a row may come twice.

    Not by a heartbeat: see ``heard_since``.
    """
    query = sa.select(
        *_FEED, services.c.disabled, services.c.forced_down, services.c.last_seen_up).join(
        services, sa.and_(services.c.host == hosts.c.host, services.c.binary == COMPUTE))
    if since is not None:
        # each by its own index, which an OR would not use
        query = sa.union_all(*(query.where(table.c.updated_at > since - LOOK_BACK) for table in (hosts, services)))
    return connection.execute(query).all()


def heard_since(connection, since: datetime.datetime) -> dict[str, datetime.datetime]:
    """{host: its newest heartbeat} of compute hosts with one after ``since``, and of a little before: those of a
    transaction that was slow.  One that is missed all the same is made good by the next one."""
    return dict(connection.execute(sa.select(services.c.host, services.c.last_seen_up).where(
        services.c.binary == COMPUTE, services.c.last_seen_up > since - HEARTBEATS_BACK)).all())


@functools.cache
def _measuring(rows: int):
    return hosts.update().where(each.among(hosts.c.host, rows)).values(
        updated_at=sa.bindparam("at"), metrics=each.own(hosts.c.host, hosts.c.metrics, rows))


def measured(connection, metrics: dict[str, dict[str, float]]) -> None:
    """Note what hosts measure: {host: {metric: value}}."""
    for chunk in each.chunks(sorted(metrics)):
        rows = [{"host": host, "metrics": json.dumps(metrics[host], sort_keys=True)} for host in chunk]
        connection.execute(_measuring(each.size(rows)), {"at": now(), **each.parameters(hosts.c.host, rows)})


def build_failed(connection, host: str) -> None:
    """Count a failed build against the host (BuildFailureWeigher)."""
    connection.execute(hosts.update().where(hosts.c.host == host).values(
        failed_builds=hosts.c.failed_builds + 1, updated_at=now()))


def build_succeeded(connection, host: str) -> None:
    """Forget a host's failed builds."""
    connection.execute(hosts.update().where(hosts.c.host == host, hosts.c.failed_builds > 0).values(
        failed_builds=0, updated_at=now()))
