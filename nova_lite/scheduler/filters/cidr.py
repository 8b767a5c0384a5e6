"""SimpleCIDRAffinityFilter: hosts of the hint's network, ``build_near_host_ip`` with ``cidr`` (default /24)."""
import ipaddress

import numpy


def _first(value) -> str | None:
    return value[0] if isinstance(value, list) and value else value or None


class SimpleCIDRAffinityFilter:
    def hosts(self, spec, arrays):
        address = _first(spec.scheduler_hints.get("build_near_host_ip"))
        if not address:
            return None
        length = _first(spec.scheduler_hints.get("cidr")) or "/24"
        try:
            network = ipaddress.ip_network(f"{address}/{str(length).lstrip('/')}", strict=False)
        except ValueError:
            return numpy.zeros(len(arrays), dtype=bool)         # there is no host near what is no address
        return numpy.array([ipaddress.ip_address(ip) in network for ip in arrays.addresses], dtype=bool)
