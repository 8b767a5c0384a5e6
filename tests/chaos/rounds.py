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
from tests.chaos.workload import Counts, Load


@dataclasses.dataclass(frozen=True)
class Round:
    """``hits``: processes that the fault hit; ``seconds``: from the end of fault and load to rest."""

    fault: str
    hits: int
    seconds: float
    findings: list[Finding]
    counts: Counts

    def columns(self) -> dict[str, int]:
        """{"lost", "stuck", "doubled", "leaked": how many}."""
        found = collections.Counter(finding.kind for finding in self.findings)
        return {kind: found[kind] for kind in KINDS}


def play(cloud: Cloud, fault: str, rng: random.Random, rate: float = 20, **options) -> Round:
    """One round of ``FAULTS[fault]``, which gets ``options``."""
    hits, amiss = 0, []
    cloud.deployment.revive_others()
    with Load(cloud, rate, rng.getrandbits(32)) as load:
        time.sleep(rng.uniform(0.2, 1.5))
        try:
            hits = FAULTS[fault](cloud, rng, **options)
        except AssertionError as error:             # what the fault waited for did not come
            amiss.append(Finding(STUCK, str(error)))
        time.sleep(rng.uniform(0.2, 1.5))
    seconds, findings = cloud.witness.rest(cloud.ledger)
    return Round(fault, hits, seconds, amiss + findings, load.counts)


def failed_builds(cloud: Cloud) -> list[str]:
    """Uuids of the accepted creates, deleted ones too, that no host could build."""
    with session.reader() as connection:
        rows = connection.execute(sa.select(instances.table.c.uuid, instances.table.c.history)).all()
    return [uuid for uuid, history in rows if uuid in cloud.ledger.created and "build_failed" in history.split()]
