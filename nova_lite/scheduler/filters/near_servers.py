"""SameHostFilter and DifferentHostFilter: the hints ``same_host`` and ``different_host``, each of servers."""
import numpy


class SameHostFilter:
    """Where the servers of the hint same_host are."""

    def hosts(self, spec, arrays):
        if spec.same_host is None:
            return numpy.ones(len(arrays), dtype=bool)
        return numpy.isin(arrays.names, spec.same_host)


class DifferentHostFilter:
    """Where no server of the hint different_host is."""

    def hosts(self, spec, arrays):
        return ~numpy.isin(arrays.names, spec.different_host)
