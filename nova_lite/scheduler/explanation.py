"""Why is a request's server not there, or here?  The filters one by one, and the weights of who is left: nothing is
claimed, and nothing is counted as taken.
"""
import numpy

from nova_lite.models import RequestSpec
from nova_lite.scheduler.hosts import HostArrays
from nova_lite.scheduler.selection import weights_of

MOST = 100                  # hosts that are named of each filter, and of those that are left


def explain(spec: RequestSpec, arrays: HostArrays, filters, weighers) -> dict:
    """{"hosts": how many there are, "filters": [{"name", "removed", "hosts"}], "left", "best": [{"host", "weight"}]}.

    A filter's ``hosts`` are those that it removed and none before it; the best host is the first.
    """
    possible, told = numpy.ones(len(arrays), dtype=bool), []
    for name, filter_ in filters:
        passing = filter_.hosts(spec, arrays)
        removed = arrays.names[possible & ~passing] if passing is not None else ()
        possible = possible if passing is None else possible & passing
        told.append({"name": name, "removed": len(removed), "hosts": sorted(removed)[:MOST]})
    candidates = numpy.flatnonzero(possible)
    weights = weights_of(spec, arrays, weighers, candidates) if len(candidates) else numpy.zeros(0)
    best = sorted(zip(-weights, arrays.names[candidates], strict=True))[:MOST]
    return {"hosts": len(arrays), "filters": told, "left": len(candidates),
            "best": [{"host": host, "weight": round(float(-weight), 6)} for weight, host in best]}
