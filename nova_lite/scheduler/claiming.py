"""Claims of requests that are scheduled at the same moment share a transaction, since a commit costs what ten do.

A batch is all or nothing; when it cannot be, each of its requests is claimed by itself.
"""
from nova_lite import metrics
from nova_lite.db import claims, session
from nova_lite.db.claims import Wanted
from nova_lite.models import Selection
from nova_lite.together import Together, Waiting

MOST = 64                       # servers of one transaction, unless one request is for more


class Claiming:
    """Of one scheduler process."""

    def __init__(self):
        self._together = Together(_claim, MOST, lambda wanted: len(wanted.placements))

    def claim(self, wanted: Wanted) -> list[Selection]:
        """Raises what ``db.claims.claim`` raises, and ServiceUnavailable."""
        if wanted.spec.moves or wanted.spec.group is not None:        # these look at more rows, and lock them
            return session.transaction(claims.claim)(*wanted)
        return self._together.do(wanted)


def _claim(batch: list[Waiting]) -> None:
    try:
        made = session.transaction(claims.claim_all)([one.item for one in batch])
    except (claims.HostFull, claims.OrdersGone) as error:
        if len(batch) == 1:
            batch[0].error = error
            return
        metrics.CLAIMS.labels("batch_undone").inc()
        for one in batch:
            _claim([one])
    except Exception as error:
        for one in batch:
            one.error = error
    else:
        for one, selections in zip(batch, made, strict=True):
            one.result = selections
