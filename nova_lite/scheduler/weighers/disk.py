"""DiskWeigher: free disk."""
from nova_lite.scheduler.weighers import Weigher


class DiskWeigher(Weigher):
    option = "disk_weight_multiplier"

    def weigh(self, spec, arrays):
        return arrays.local_gb_free
