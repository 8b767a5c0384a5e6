"""RAMWeigher: free memory."""
from nova_lite.scheduler.weighers import Weigher


class RAMWeigher(Weigher):
    option = "ram_weight_multiplier"

    def weigh(self, spec, arrays):
        return arrays.memory_mb_free
