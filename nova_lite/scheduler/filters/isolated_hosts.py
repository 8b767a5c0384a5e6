"""IsolatedHostsFilter: some hosts are for some images."""
from nova_lite.conf import CONF


class IsolatedHostsFilter:
    def hosts(self, spec, arrays):
        options = CONF.scheduler
        isolated = arrays.among(options.isolated_hosts)
        # without images there is nothing that may be on isolated hosts alone
        if spec.image.id in options.isolated_images:
            return isolated
        return ~isolated if options.restrict_isolated_hosts_to_isolated_images else None
