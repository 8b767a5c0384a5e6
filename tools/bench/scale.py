"""The same requests on a small cloud and on a huge one: nothing may grow with the number of servers and hosts.

    python -m tools.bench.scale                                       # 10,000 hosts, 1,000,000 servers, on MariaDB
    python -m tools.bench.scale --hosts 1000 --servers 50000 --database postgresql --plot scale.png

The hosts and servers are rows alone, filled in; two real processes are the hosts that have room.  Times are told as
ratios to those of the base size (100 hosts, 2,000 servers) in the same run.  Exit code 1 when one is over the limit.
"""
import argparse
import json
import pathlib
import sys

import sqlalchemy as sa

from nova_lite.conf import CONF
from nova_lite.db import quotas, session, tables
from tools.bench import cloud as clouds
from tools.bench import filling, plot

BASE_HOSTS, BASE_SERVERS = 100, 2000
PAGE = 1000
LIMIT = 1.25            # times the base size's
READS = 30
GROWS = "list by name"  # a regular expression, which is held to each name, as in Nova: told, but without a limit
FOREVER = 10 ** 9       # seconds: the filled hosts were heard of once
OPTIONS = f"[DEFAULT]\nservice_down_time = {FOREVER}\n"


def project_of(cloud) -> str:
    return cloud.deployment.connect().current_project_id


def fill(cloud, project: str, hosts: int, servers: int) -> None:
    """Hosts without room, full of a project's servers."""
    room = -(-servers // hosts)
    CONF.set_override("connection", cloud.deployment.database_url, "database")
    for option in quotas.DEFAULTS.values():
        CONF.set_override(option, quotas.UNLIMITED, "quota")        # as the deployment has it
    with session.writer() as connection:
        filling.add_hosts(connection, hosts, room)
        filling.add_servers(connection, servers, project, hosts)
        # Fewer servers than slots on some hosts would leave room that nobody serves.
        connection.execute(tables.hosts.update().where(tables.hosts.c.host.startswith(filling.PREFIX)).values(
            vcpus_used=tables.hosts.c.vcpus_limit))


def empty() -> None:
    with session.writer() as connection:
        filled = tables.hosts.c.host.startswith(filling.PREFIX)
        uuids = sa.select(tables.instances.c.uuid).where(tables.instances.c.user_id == filling.USER)
        connection.execute(tables.claims.delete().where(tables.claims.c.instance_uuid.in_(uuids)))
        count = connection.execute(tables.instances.delete().where(
            tables.instances.c.user_id == filling.USER)).rowcount
        connection.execute(tables.hosts.delete().where(filled))
        connection.execute(tables.services.delete().where(tables.services.c.host.startswith(filling.PREFIX)))
        connection.execute(tables.quotas.update().values(
            instances_used=tables.quotas.c.instances_used - count,
            cores_used=tables.quotas.c.cores_used - count * filling.FLAVOR.vcpus,
            ram_used=tables.quotas.c.ram_used - count * filling.FLAVOR.memory_mb).where(
            tables.quotas.c.instances_used >= count))


def at_depth(position: int) -> str:
    """The uuid of the filled server of this number, in the order of their creation."""
    with session.reader() as connection:
        return connection.scalar(sa.select(tables.instances.c.uuid).where(
            tables.instances.c.display_name == filling.server_name(position)))


def measure(cloud, servers: int, creates: int) -> dict[str, float]:
    """Median milliseconds of each request (of ``active``: until the server is ACTIVE)."""
    load = cloud.load()
    found = load.create_alone(creates)
    result = {"active": found["until_active"]["p50_ms"]}
    try:
        result["POST"] = load.create(creates, 1)["accepted"]["p50_ms"]
        result["show"] = load.show(5 * READS, 1)["p50_ms"]
        result["show an old one"] = _median(load, f"/servers/{at_depth(1)}", 5 * READS)
        result["list, first page"] = _median(load, f"/servers/detail?limit={PAGE}", READS)
        for name, position in (("list, in the middle", servers // 2), ("list, near the end", PAGE + 1)):
            path = f"/servers/detail?limit={PAGE}&marker={at_depth(position)}"
            result[name] = _median(load, path, READS)
        result[GROWS] = _median(load, f"/servers?limit=10&name={filling.server_name(3)}", READS)
    finally:
        load.delete(8)
    return result


def _median(load, path: str, count: int) -> float:
    return load.read([path] * count, 1).to_dict()["p50_ms"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.scale", description=__doc__.split("\n")[0])
    parser.add_argument("--hosts", type=int, default=10_000, help="(default: %(default)s)")
    parser.add_argument("--servers", type=int, default=1_000_000, help="(default: %(default)s)")
    parser.add_argument("--creates", type=int, default=30, help="real servers of a measure (default: %(default)s)")
    parser.add_argument("--database", choices=clouds.DATABASES, default=clouds.DEFAULT_DATABASE)
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--plot", metavar="FILE", help="draw the ratios there, as PNG")
    arguments = parser.parse_args()
    found = {}
    with clouds.running(arguments.database, options=OPTIONS) as cloud:
        project = project_of(cloud)
        for hosts, servers in ((BASE_HOSTS, BASE_SERVERS), (arguments.hosts, arguments.servers)):
            if found:
                empty()
            fill(cloud, project, hosts, servers)
            found[servers] = measure(cloud, servers, arguments.creates)
    base, large = found[BASE_SERVERS], found[arguments.servers]
    print(f"{'median, ms':<22} {BASE_SERVERS:>10,} {arguments.servers:>12,} {'ratio':>7}")
    for name, value in large.items():
        print(f"{name:<22} {base[name]:>10.2f} {value:>12.2f} {value / base[name]:>6.2f}x")
    over = [name for name, value in large.items() if value / base[name] > LIMIT and name != GROWS]
    if over:
        print(f"over {LIMIT}x: {', '.join(over)}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(found, indent=1))
    if arguments.plot:
        plot.ratios({name: {size: row[name] / base[name] for size, row in found.items()} for name in base},
                    arguments.plot, "servers")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
