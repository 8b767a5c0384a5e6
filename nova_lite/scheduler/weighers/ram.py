"""RAMWeigher: free memory."""
from nova_lite.conf import CONF


class RAMWeigher:
    def multiplier(self) -> float:
        return CONF.scheduler.ram_weight_multiplier

    def weigh(self, spec, arrays):
        return (arrays.memory_mb_limit - arrays.memory_mb_used).astype(float)
