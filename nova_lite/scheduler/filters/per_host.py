"""Filters of users that look at one host at a time."""
import dataclasses
from collections.abc import Callable

import numpy


@dataclasses.dataclass(frozen=True)
class Host:
    """What such a filter sees, by Nova's names.  ``aggregate_metadata``: {key: [values]} of all its aggregates."""

    host: str
    nodename: str
    host_ip: str
    availability_zone: str
    vcpus_total: int
    vcpus_used: int
    total_usable_ram_mb: int
    free_ram_mb: int
    total_usable_disk_gb: int
    free_disk_mb: int
    num_instances: int
    num_io_ops: int
    failed_builds: int
    aggregate_metadata: dict


class PerHost:
    """A filter made of ``passes(spec, host)``."""

    def __init__(self, passes: Callable):
        self._passes = passes

    def hosts(self, spec, arrays):
        return numpy.array([bool(self._passes(spec, host_at(arrays, position))) for position in range(len(arrays))],
                           dtype=bool)


def host_at(arrays, position: int) -> Host:
    free_ram = arrays.memory_mb_limit[position] - arrays.memory_mb_used[position]
    free_disk = arrays.local_gb_limit[position] - arrays.local_gb_used[position]
    return Host(
        arrays.names[position], arrays.nodes[position], arrays.addresses[position], arrays.zone(position),
        int(arrays.vcpus_limit[position]), int(arrays.vcpus_used[position]), int(arrays.memory_mb_limit[position]),
        int(free_ram), int(arrays.local_gb_limit[position]), int(free_disk) * 1024, int(arrays.running_vms[position]),
        int(arrays.io_ops[position]), int(arrays.failed_builds[position]), arrays.aggregate_metadata(position))
