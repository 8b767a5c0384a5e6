"""The table of what is done to a cloud while it works: tests name single faults, tools/bench/chaos.py draws from it."""
import dataclasses
import os
from collections.abc import Callable

from tests.chaos import broker, database, network, processes

BROKER, DATABASE, TWINS, NAMESPACES = "broker", "database", "twins", "namespaces"


@dataclasses.dataclass(frozen=True)
class Fault:
    """``do(cloud, rng)`` returns how often it hit (processes killed, connections cut ...).  ``needs`` something of the
    cloud: a BROKER or a DATABASE server of its own, TWINS of services, or network NAMESPACES, for which one is root."""

    do: Callable[..., int]
    needs: str = ""


FAULTS = {
    "kill": Fault(processes.kill_one),
    "kill-several": Fault(processes.kill_several),
    "kill-again": Fault(processes.kill_again_and_again),
    "kill-place": Fault(processes.kill_at_a_place),
    "supervisor": Fault(processes.kill_the_supervisor),
    "zombie": Fault(processes.stop_one, TWINS),
    "storm": Fault(processes.storm),
    "broker-restart": Fault(broker.restart, BROKER),
    "broker-kill": Fault(broker.kill, BROKER),
    "broker-queues": Fault(broker.delete_queues, BROKER),
    "broker-wipe": Fault(broker.wipe, BROKER),
    "broker-away": Fault(broker.away, BROKER),
    "database-restart": Fault(database.restart, DATABASE),
    "database-kill": Fault(database.kill, DATABASE),
    "database-away": Fault(database.away, DATABASE),
    "database-cut": Fault(database.cut, DATABASE),
    "database-cut-before": Fault(database.cut_before_commits, DATABASE),
    "database-cut-after": Fault(database.cut_after_commits, DATABASE),
    "database-slow": Fault(database.slow, DATABASE),
    "database-silent": Fault(database.silent, DATABASE),
    "network-host": Fault(network.cut_host, NAMESPACES),
    "network-slow": Fault(network.slow_host, NAMESPACES),
    "network-api": Fault(network.cut_api, NAMESPACES),
}


def needing(need: str) -> list[str]:
    """Names of the faults that need this."""
    return [name for name, fault in FAULTS.items() if fault.needs == need]


def left_out(database_kind: str) -> dict[str, str]:
    """{name: why} of the faults that the present user cannot have, or that such a database cannot have."""
    reasons = {}
    if database_kind not in database.KINDS:
        reasons |= dict.fromkeys([*needing(DATABASE), "network-api"], f"{database_kind} has no server")
    if os.geteuid():
        reasons |= dict.fromkeys(needing(NAMESPACES), "network namespaces need root")
    return reasons
