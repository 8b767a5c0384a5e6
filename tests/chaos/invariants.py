"""The invariants of a deployment as a witness from outside sees them: the audit's own code, and what it cannot know.

The witness knows what was accepted (a ledger), reads the fake drivers' logs of every host, and looks at the states
that the API shows.
"""
import collections
import datetime
import itertools
import time

import keystoneauth1.exceptions
import sqlalchemy as sa

from nova_lite import audit, exceptions, network, rpc, service_auth, states
from nova_lite.cmd import service
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import instances, session
from nova_lite.db.tables import actions
from nova_lite.models import Finding
from nova_lite.models.finding import DOUBLED, LOST, STUCK
from tests import images_left

REST = 60               # seconds after a fault within which all is at rest


class Witness:
    """``with Witness(deployment) as witness:`` this process may look into the deployment's database and ask its hosts.

    One at a time in a process: oslo.config and the transport are the process's own.
    """

    def __init__(self, deployment):
        self.deployment = deployment

    def __enter__(self):
        service.load("chaos", ["--config-file", str(self.deployment.config)])
        self._networks = network.connect()
        return self

    def __exit__(self, *exc_info):
        rpc.cleanup()
        session.dispose()
        service_auth.reset()
        CONF.clear()

    def findings(self, ledger=None) -> list[Finding]:
        """Everything that must not be at rest."""
        found = audit.audit(self._networks, admin_context(), at_rest=True)
        found += [*running_twice(self.deployment.directory / "fake"), *images_left.findings()]         # I2, I6
        return [*found, *_promised(ledger), *impossible(ledger.samples)] if ledger else found

    def rest(self, ledger=None, seconds: float = REST) -> tuple[float, list[Finding]]:
        """(seconds until there was nothing to find, []), or what there is to find after ``seconds``."""
        began = time.monotonic()
        while True:
            try:
                found = self.findings(ledger)
            except (exceptions.NovaLiteError, keystoneauth1.exceptions.ClientException) as error:
                found = [Finding(STUCK, f"{type(error).__name__}: {error}")]     # whom it asks is being started again
            took = time.monotonic() - began
            if not found or took > seconds:
                return took, found
            time.sleep(0.2)


# -- I1: what was accepted ------------------------------------------------------------------------------------
def _promised(ledger):
    """Every accepted server has a row, every accepted request an order; nothing was made twice or deleted unasked."""
    with session.reader() as connection:
        rows = {row.uuid: row for row in connection.execute(sa.select(
            *(instances.table.c[name] for name in ("uuid", "display_name", "deleted", "vm_state"))))}
        known = set(map(tuple, connection.execute(sa.select(actions.c.instance_uuid, actions.c.request_id))))
    for uuid in ledger.created:
        row = rows.get(uuid)
        if row is None:
            yield Finding(LOST, f"server {uuid} was accepted and has no row")
        elif row.deleted and uuid not in ledger.deleted | ledger.maybe_deleted:
            yield Finding(LOST, f"server {uuid} was deleted, nobody asked for that")
        elif uuid in ledger.deleted and not row.deleted and row.vm_state != states.ERROR:
            yield Finding(LOST, f"server {uuid} is {row.vm_state}, its delete was accepted")
    for uuid, request_id in ledger.requests:
        if (uuid, request_id) not in known:
            yield Finding(LOST, f"request {request_id} for server {uuid} was accepted and has no order")
    names = collections.Counter(row.display_name for row in rows.values())
    for name in [*ledger.created.values(), *ledger.unanswered]:
        if names[name] > 1:
            yield Finding(DOUBLED, f"{names[name]} servers were made of the one create of {name}")


# -- I2: never two running guests -----------------------------------------------------------------------------
def running_twice(directory) -> list[Finding]:
    """Guests of one uuid whose times on two hosts overlap, by the fake drivers' logs in ``directory``."""
    spans = collections.defaultdict(list)               # uuid -> [(start, end, host)]
    for path in sorted(directory.glob("*.log")):
        began: dict[str, datetime.datetime] = {}
        for line in path.read_text().splitlines():
            at, uuid, verb, *_ = line.split()
            if verb == "starts":
                began.setdefault(uuid, datetime.datetime.fromisoformat(at))
            elif uuid in began:
                spans[uuid].append((began.pop(uuid), datetime.datetime.fromisoformat(at), path.stem))
        for uuid, start in began.items():
            spans[uuid].append((start, datetime.datetime.max, path.stem))
    found = []
    for uuid, times in spans.items():
        for (start, end, host), (start2, end2, host2) in itertools.combinations(sorted(times), 2):
            if host != host2 and start < end2 and start2 < end:
                found.append(Finding(DOUBLED, f"server {uuid} ran on {host} and {host2} at once"))
    return found


# -- I7: states as users saw them -----------------------------------------------------------------------------
def _followers() -> dict[tuple, set[tuple]]:
    """(vm_state, task_state) -> every state that the table can lead to from there, in any number of events."""
    every = {(vm, task) for vm in states.VM_STATES for task in (None, *states.TASK_STATES)}
    reach = {}
    for state in every:
        seen, edge = {state}, [state]
        while edge:
            vm, task = edge.pop()
            for move in states.TRANSITIONS.values():
                if vm in move.vm_from and (move.task_from == states.ANY or task in move.task_from):
                    to = (vm if move.vm_to == states.KEEP else move.vm_to,
                          task if move.task_to == states.KEEP else move.task_to)
                    if to not in seen:
                        seen.add(to)
                        edge.append(to)
        reach[state] = seen
    return reach


FOLLOWERS = _followers()


def impossible(samples: list[dict[str, tuple]]) -> list[Finding]:
    """States that the API showed of a server one after the other and that no events lead through."""
    last, found = {}, []
    for sample in samples:
        for uuid, state in sample.items():
            if state not in FOLLOWERS.get(last.get(uuid, state), ()):
                found.append(Finding(DOUBLED, f"server {uuid} was seen {last.get(uuid, 'never')}, then {state}"))
            last[uuid] = state
    return found
