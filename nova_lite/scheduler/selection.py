"""Filters and weighers put to work: a pure function of a request and host arrays."""
import dataclasses
import random

import numpy

from nova_lite.conf import CONF
from nova_lite.models import RequestSpec
from nova_lite.scheduler.hosts import HostArrays

_TRIES = 8                      # to find one of the best by chance, where most hosts are


@dataclasses.dataclass(frozen=True)
class Choice:
    """``positions``: the chosen host of each server, in order; ``counts``: {filter: hosts it removed}."""

    positions: list[int]
    counts: dict[str, int]


def possible(spec: RequestSpec, arrays: HostArrays, filters) -> tuple:
    """(bool array of the hosts that pass all filters, None when all hosts do; {filter: hosts it removed})."""
    passing, counts, left = None, {}, len(arrays)
    for name, filter_ in filters:
        found = filter_.hosts(spec, arrays)
        counts[name] = 0
        if found is not None:
            passing, before = found if passing is None else passing & found, left
            left = int(numpy.count_nonzero(passing))
            counts[name] = before - left
    return (None if left == len(arrays) else passing), counts


def choose(spec: RequestSpec, arrays: HostArrays, filters, weighers, subset_size: int, count: int) -> Choice:
    """Hosts for ``count`` servers; fewer positions when there are not enough.

    ``arrays`` is changed: what was chosen is counted as taken.
    """
    positions: list[int] = []
    passing, counts = possible(spec, arrays, filters)
    while len(positions) < count:
        if positions:
            passing, _ = possible(spec, arrays, filters)
        candidates = None if passing is None else numpy.flatnonzero(passing)
        if not (len(arrays) if candidates is None else len(candidates)):
            break
        measured = _measured(spec, arrays, weighers)
        if candidates is None and all(_is_ranked(arrays, *one) for one in measured):
            best = _pick(subset_size, *arrays.ranking(list(_terms(arrays, measured))))
        else:
            best = _pick(subset_size, _weights(arrays, measured, candidates))
        best = best if candidates is None else int(candidates[best])
        positions.append(best)
        arrays.take(best, spec.flavor)
        spec = spec.placed(arrays.names[best])
    return Choice(positions, counts)


def weights_of(spec, arrays, weighers, candidates):
    """Of the hosts at these positions (None: of all): the sum of each weigher's 0..1 times its multiplier."""
    return _weights(arrays, _measured(spec, arrays, weighers), candidates)


def _measured(spec, arrays, weighers) -> list[tuple]:
    """(what a weigher says of each host, its multiplier), of those that say something."""
    found = []
    for weigher in weighers:
        multiplier = _multiplier(arrays, weigher)
        raw = weigher.weigh(spec, arrays) if isinstance(multiplier, numpy.ndarray) or multiplier else None
        if raw is not None:
            found.append((raw, multiplier))
    return found


def _is_ranked(arrays, raw, multiplier) -> bool:
    return arrays.changes(raw) and not isinstance(multiplier, numpy.ndarray)


def _terms(arrays, measured):
    """(column, factor) of each that tells hosts apart: the sum of column x factor ranks them as their weights do."""
    for raw, multiplier in measured:
        low, high = arrays.extremes(raw)
        if high != low:
            yield raw, multiplier / (high - low)


def _weights(arrays, measured, candidates):
    total, least = None, 0.0
    for raw, multiplier in measured:
        if candidates is None and arrays.changes(raw):
            low, high = arrays.extremes(raw)
        else:
            raw = raw if candidates is None else raw[candidates]
            low, high = raw.min(), raw.max()
        spread = high - low
        if not spread:
            continue
        if isinstance(multiplier, numpy.ndarray):
            part = (raw - low) / spread * (multiplier if candidates is None else multiplier[candidates])
        else:                                   # what is the same for all is added once
            part, least = raw * (multiplier / spread), least - low * multiplier / spread
        total = part if total is None else numpy.add(total, part, out=total)
    if total is None:
        return numpy.zeros(len(arrays) if candidates is None else len(candidates))
    return numpy.add(total, least, out=total)


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


def _pick(subset_size: int, weights, highest: float | None = None, of_highest: int = 0) -> int:
    """One of the ``subset_size`` best, at random; equals are shuffled, unless the option says no.

    ``highest``: of all, where it is known, and how many have it.
    """
    if subset_size > 1 and len(weights) > 1:
        size = min(subset_size, len(weights))
        return int(random.choice(numpy.argpartition(weights, len(weights) - size)[-size:]))
    shuffle = CONF.scheduler.shuffle_best_same_weighed_hosts
    if shuffle and 2 * of_highest > len(weights):       # of an idle cloud: one of the best is soon found by chance
        for _ in range(_TRIES):
            if weights[found := random.randrange(len(weights))] == highest:
                return found
    best = numpy.flatnonzero(weights == (weights.max() if highest is None else highest))
    return int(best[random.randrange(len(best)) if shuffle else 0])
