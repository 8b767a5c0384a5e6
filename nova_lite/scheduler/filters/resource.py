"""ResourceFilter: room for the flavor's CPUs, memory and disk (what Placement does for Nova).

Only a forecast: the claim's conditional UPDATE decides.
"""


class ResourceFilter:
    def hosts(self, spec, arrays):
        flavor = spec.flavor
        return ((arrays.vcpus_used + flavor.vcpus <= arrays.vcpus_limit)
                & (arrays.memory_mb_used + flavor.memory_mb <= arrays.memory_mb_limit)
                & (arrays.local_gb_used + flavor.disk_gb <= arrays.local_gb_limit))
