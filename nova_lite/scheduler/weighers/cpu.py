"""CPUWeigher: free virtual CPUs."""
from nova_lite.conf import CONF


class CPUWeigher:
    def multiplier(self) -> float:
        return CONF.scheduler.cpu_weight_multiplier

    def weigh(self, spec, arrays):
        return (arrays.vcpus_limit - arrays.vcpus_used).astype(float)
