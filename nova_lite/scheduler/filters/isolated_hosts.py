"""IsolatedHostsFilter: some hosts are for some images."""
import numpy

from nova_lite.conf import CONF


class IsolatedHostsFilter:
    def hosts(self, spec, arrays):
        options = CONF.scheduler
        isolated = numpy.isin(arrays.names, options.isolated_hosts) if options.isolated_hosts \
            else numpy.zeros(len(arrays), dtype=bool)
        if not options.isolated_images:
            # without images there is nothing that may be on isolated hosts alone
            return ~isolated if options.restrict_isolated_hosts_to_isolated_images \
                else numpy.ones(len(arrays), dtype=bool)
        if spec.image.id in options.isolated_images:
            return isolated
        return ~isolated if options.restrict_isolated_hosts_to_isolated_images else numpy.ones(len(arrays), dtype=bool)
