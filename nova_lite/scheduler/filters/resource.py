"""ResourceFilter: room for what the flavor claims of CPUs, memory and disk (what Placement does for Nova).

Only a forecast: the claim's conditional UPDATE decides.  A flavor may say its amounts by ``resources:CLASS``; of any
other class no host has any.
"""
import numpy
import os_resource_classes

_OURS = (os_resource_classes.VCPU, os_resource_classes.MEMORY_MB, os_resource_classes.DISK_GB)


class ResourceFilter:
    def hosts(self, spec, arrays):
        claim = spec.flavor.claim
        if any(amount for name, amount in spec.flavor.resources.items() if name not in _OURS):
            return numpy.zeros(len(arrays), dtype=bool)
        return ((arrays.vcpus_free >= claim.vcpus) & (arrays.memory_mb_free >= claim.memory_mb)
                & (arrays.local_gb_free >= claim.disk_gb))
