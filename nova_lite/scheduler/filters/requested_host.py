"""RequestedHostFilter: the host (or node) that an administrator named, if any."""
import numpy


class RequestedHostFilter:
    def hosts(self, spec, arrays):
        wanted = numpy.ones(len(arrays), dtype=bool)
        if spec.force_hosts:
            wanted &= numpy.isin(arrays.names, spec.force_hosts)
        if spec.force_nodes:
            wanted &= numpy.isin(arrays.nodes, spec.force_nodes)
        return wanted
