"""ResourceFilter: room for what the flavor claims of CPUs, memory and disk (what Placement does for Nova).

Only a forecast: the claim's conditional UPDATE decides.  A flavor may say its amounts by ``resources:CLASS``, and more
of them by ``resourcesGROUP:CLASS``.  A host is one provider: of any other class it has none, and groups that must come
from different providers find none.
"""
import numpy

from nova_lite.models.flavor import CLAIMED


class ResourceFilter:
    def hosts(self, spec, arrays):
        flavor = spec.flavor
        if flavor.extra_specs and (flavor.isolated or any(
                amount for name, amount in flavor.resources.items() if name not in CLAIMED)):
            return numpy.zeros(len(arrays), dtype=bool)
        passing = None
        for free, wanted in zip((arrays.vcpus_free, arrays.memory_mb_free, arrays.local_gb_free), flavor.claim,
                                strict=True):
            if arrays.extremes(free)[0] < wanted:
                passing = free >= wanted if passing is None else passing & (free >= wanted)
        return passing
