"""A round: load, a fault in the middle of it, rest, and a look at everything that must hold."""
import collections
import dataclasses
import random
import time

import sqlalchemy as sa

from nova_lite.db import instances, session
from nova_lite.models import Finding
from nova_lite.models.finding import KINDS, STUCK
from tests.chaos.cloud import Cloud
from tests.chaos.faults import FAULTS
from tests.chaos.load import Counts, Load
from tests.waiting import wait


@dataclasses.dataclass(frozen=True)
class Round:
    """``hits``: how often the fault hit; ``seconds``: from the end of fault and load to rest; ``failed``: {uuid: what
    its fault says} of the creates that were accepted and that no host could build."""

    fault: str
    hits: int
    seconds: float
    findings: list[Finding]
    counts: Counts
    failed: dict[str, str]

    def columns(self) -> dict[str, int]:
        """{"lost", "stuck", "doubled", "leaked": how many}."""
        found = collections.Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in KINDS}


def play(cloud: Cloud, fault: str, rng: random.Random, rate: float = 20, **options) -> Round:
    """One round of a fault of FAULTS, which gets ``options``."""
    hits, amiss, before = 0, [], failed_builds(cloud)
    cloud.deployment.revive_others()
    with Load(cloud, rate, rng.getrandbits(32)) as load:
        time.sleep(rng.uniform(0.2, 1.5))
        try:
            hits = FAULTS[fault].do(cloud, rng, **options)
        except AssertionError as error:             # what the fault waited for did not come
            amiss.append(Finding(STUCK, str(error)))
        time.sleep(rng.uniform(0.2, 1.5))
    seconds, findings = cloud.witness.rest(cloud.ledger)
    failed = {uuid: text for uuid, text in failed_builds(cloud).items() if uuid not in before}
    if not rate:
        clear(cloud)
    return Round(fault, hits, seconds, amiss + findings, load.counts, failed)


def clear(cloud: Cloud) -> None:
    """Delete what is there: without a load nobody else does."""
    for uuid in cloud.ledger.living():
        cloud.user.delete(uuid)
        cloud.ledger.deleted.add(uuid)
    wait(lambda: not cloud.user.servers(), 60, cloud.deployment.logs)


def failed_builds(cloud: Cloud) -> dict[str, str]:
    """{uuid: what its fault says} of the accepted creates, deleted ones too, that no host could build."""
    columns = (instances.table.c[name] for name in ("uuid", "history", "fault"))
    with session.reader() as connection:
        rows = connection.execute(sa.select(*columns)).all()
    return {uuid: _text(fault) for uuid, history, fault in rows
            if uuid in cloud.ledger.created.keys() - cloud.ledger.hopeless and "build_failed" in history.split()}


def _text(fault: dict | None) -> str:
    return " ".join(filter(None, (fault["message"], fault["details"].split("\n")[0]))) if fault else "no fault"
