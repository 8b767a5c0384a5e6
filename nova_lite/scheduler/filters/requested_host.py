"""RequestedHostFilter: the host (or node) that an administrator named, if any."""
import numpy


class RequestedHostFilter:
    def hosts(self, spec, arrays):
        wanted = arrays.among(spec.force_hosts) if spec.force_hosts else None
        if spec.force_nodes:
            nodes = numpy.isin(arrays.nodes, spec.force_nodes)
            wanted = nodes if wanted is None else wanted & nodes
        return wanted
