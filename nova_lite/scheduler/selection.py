"""Filters and weighers put to work: a pure function of a request and host arrays."""
import dataclasses
import random

import numpy

from nova_lite.conf import CONF
from nova_lite.models import RequestSpec
from nova_lite.scheduler.hosts import HostArrays


@dataclasses.dataclass(frozen=True)
class Choice:
    """``positions``: the chosen host of each server, in order; ``counts``: {filter: hosts it removed}."""

    positions: list[int]
    counts: dict[str, int]


def choose(spec: RequestSpec, arrays: HostArrays, filters, weighers, subset_size: int, count: int) -> Choice:
    """Hosts for ``count`` servers; fewer positions when there are not enough.

    ``arrays`` is changed: what was chosen is counted as taken.
    """
    possible, counts = numpy.ones(len(arrays), dtype=bool), {}
    for name, filter_ in filters:
        before = int(possible.sum())
        possible &= filter_.hosts(spec, arrays)
        counts[name] = before - int(possible.sum())
    positions: list[int] = []
    candidates = numpy.flatnonzero(possible)
    if not len(candidates):
        return Choice(positions, counts)
    weights = weights_of(spec, arrays, weighers, candidates)
    while len(positions) < count and len(candidates):
        best = candidates[_pick(weights, subset_size)]
        positions.append(int(best))
        arrays.take(best, spec.flavor)
        spec = spec.placed(arrays.names[best])
        if len(positions) < count:
            possible = numpy.ones(len(candidates), dtype=bool)
            for _name, filter_ in filters:
                possible &= filter_.hosts(spec, arrays)[candidates]
            candidates = candidates[possible]
            if len(candidates):
                weights = weights_of(spec, arrays, weighers, candidates)
    return Choice(positions, counts)


def weights_of(spec, arrays, weighers, candidates):
    total = numpy.zeros(len(candidates))
    for weigher in weighers:
        multiplier = _multiplier(arrays, weigher)
        if not numpy.any(multiplier):
            continue
        raw = weigher.weigh(spec, arrays)[candidates]
        spread = raw.max() - raw.min()
        if spread:
            total += (multiplier if numpy.isscalar(multiplier) else multiplier[candidates]) * (raw - raw.min()) / spread
    return total


def _multiplier(arrays, weigher):
    """A number, or one a host where aggregates say others."""
    multiplier, option = weigher.multiplier(), getattr(weigher, "option", "")
    if not option or not arrays.aggregates_name(option):
        return multiplier

    def of_host(metadata):
        try:
            return min(map(float, metadata.get(option, ())), default=multiplier)
        except ValueError:
            return multiplier
    return arrays.of_aggregates(of_host, dtype=float)


def _pick(weights, subset_size: int) -> int:
    """One of the ``subset_size`` best, at random; equals are shuffled, unless the option says no."""
    if subset_size > 1 and len(weights) > 1:
        size = min(subset_size, len(weights))
        return int(random.choice(numpy.argpartition(-weights, size - 1)[:size]))
    best = numpy.flatnonzero(weights == weights.max())
    if not CONF.scheduler.shuffle_best_same_weighed_hosts:
        return int(best[0])
    return int(best[random.randrange(len(best))])
