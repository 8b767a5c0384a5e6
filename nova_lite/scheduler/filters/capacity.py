"""Filters by how much goes on: servers on a host, and those that are being built, resized or copied there.

The Aggregate forms take the limit of a host's aggregates, the smallest one where several have one.
"""
import numpy

from nova_lite.conf import CONF
from nova_lite.scheduler.filters.aggregates import values_of


def limits(arrays, key: str, default: int):
    """The limit of each host: of its aggregates' metadata, or the option's."""
    def limit(metadata):
        numbers = [int(value) for value in values_of(metadata, key) if value.isdecimal()]
        return min(numbers, default=default)
    return arrays.of_aggregates(limit, dtype=numpy.int64)


class NumInstancesFilter:
    """Fewer servers than [scheduler] max_instances_per_host."""

    def hosts(self, spec, arrays):
        return arrays.running_vms < CONF.scheduler.max_instances_per_host


class AggregateNumInstancesFilter:
    """As NumInstancesFilter, with max_instances_per_host of the host's aggregates."""

    def hosts(self, spec, arrays):
        return arrays.running_vms < limits(arrays, "max_instances_per_host",
                                           CONF.scheduler.max_instances_per_host)


class IoOpsFilter:
    """Busy with fewer builds, moves and images than [scheduler] max_io_ops_per_host."""

    needs = ("io_ops",)

    def hosts(self, spec, arrays):
        return arrays.io_ops < CONF.scheduler.max_io_ops_per_host


class AggregateIoOpsFilter:
    """As IoOpsFilter, with max_io_ops_per_host of the host's aggregates."""

    needs = ("io_ops",)

    def hosts(self, spec, arrays):
        return arrays.io_ops < limits(arrays, "max_io_ops_per_host", CONF.scheduler.max_io_ops_per_host)
