"""What the heartbeats of many idle hosts cost the services, the broker and the database.

    python -m tools.bench.heartbeats                                  # 10,000 hosts for a minute
    python -m tools.bench.heartbeats --hosts 1000 --seconds 20 --database postgresql

The hosts are rows; one process sends for all of them what a compute service sends when nothing goes on.  Its own CPU
time is not counted, that of an equal cloud without them is subtracted.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import time

import psutil

from nova_lite import conf, rpc
from nova_lite.conductor.rpcapi import ReportsAPI
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import session
from tests.integration.observers import total
from tools.bench import cloud as clouds
from tools.bench import filling

INTERVAL = 30               # seconds between heartbeats of a host: [DEFAULT] report_interval
SETTLE = 5                  # seconds in which the scheduler reads hosts that are new


def send(hosts: int, seconds: float) -> int:
    """Heartbeats of so many hosts, each a little before its interval is over; how many."""
    reports, context = ReportsAPI(), admin_context()
    due = sorted((random.uniform(0, INTERVAL), number) for number in range(hosts))
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        for at, number in due:
            wait = began + at - time.monotonic()
            if wait > 0:
                time.sleep(min(wait, max(0.0, began + seconds - time.monotonic())))
            if time.monotonic() - began >= seconds:
                break
            reports.heartbeat(context, filling.host_name(number), [], {})
            sent += 1
        due = sorted((at + INTERVAL * random.uniform(0.9, 1.0), number) for at, number in due)
    return sent


def _measure(cloud, hosts: int, seconds: float) -> tuple[dict[str, float], int]:
    """CPU seconds a second by service, and the heartbeats that were sent."""
    with cloud.meter.measured() as cost:
        if hosts:
            done = subprocess.run([sys.executable, "-m", "tools.bench.heartbeats", "--send", str(hosts), "--seconds",
                                   str(seconds), "--config", cloud.deployment.config], check=True, text=True,
                                  stdout=subprocess.PIPE)
            sent = int(done.stdout.split()[-1])
        else:
            time.sleep(seconds)
            sent = 0
    return {name: value / cost.seconds for name, value in cost.cpu.items()}, sent


def _handled(cloud) -> float:
    return total(cloud.observers.of("conductor"), "nova_lite_rpc_handled_total", method="heartbeat", outcome="done")


def measure(kind: str, hosts: int, seconds: float) -> dict:
    """{"heartbeats": how many, "cpu": CPU seconds a second by service, "share": of all cores}."""
    with clouds.running(kind, options=f"[DEFAULT]\nreport_interval = {INTERVAL}\n"
                                      f"service_down_time = {INTERVAL * 5 // 2}\n") as cloud:
        idle, _ = _measure(cloud, 0, seconds / 2)
        CONF.set_override("connection", cloud.deployment.database_url, "database")
        with session.writer() as connection:
            filling.add_hosts(connection, hosts)
        session.dispose()
        time.sleep(SETTLE)
        before = _handled(cloud)
        busy, sent = _measure(cloud, hosts, seconds)
        if sent < 0.9 * (due := hosts * seconds / INTERVAL):
            raise RuntimeError(f"{sent} heartbeats could be sent where {due:.0f} were due: the machine has other work")
        if (handled := _handled(cloud) - before) < 0.9 * sent:
            raise RuntimeError(f"the conductor has handled {handled:.0f} of {sent} heartbeats")
    more = {name: round(max(0.0, value - idle.get(name, 0.0)), 4) for name, value in busy.items()}
    return {"heartbeats": sent, "cpu": more, "share": sum(more.values()) / psutil.cpu_count()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.heartbeats", description=__doc__.split("\n")[0])
    parser.add_argument("--hosts", type=int, default=10_000, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="of a measure (default: %(default)s)")
    parser.add_argument("--database", choices=clouds.DATABASES, default=clouds.DEFAULT_DATABASE)
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)         # what its own second process is called with
    parser.add_argument("--config", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.send:
        rpc.set_defaults()                      # the services' exchange is among them
        conf.load(files=[arguments.config])
        print(send(arguments.send, arguments.seconds))
        rpc.cleanup()
        return 0
    found = measure(arguments.database, arguments.hosts, arguments.seconds)
    print(f"{found['heartbeats']} heartbeats of {arguments.hosts} hosts in {arguments.seconds:g} s; CPU seconds a "
          f"second: {found['cpu']}; {100 * found['share']:.1f} % of {psutil.cpu_count()} cores")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps({"hosts": arguments.hosts, **found}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
