"""CPUWeigher: free virtual CPUs."""
from nova_lite.scheduler.weighers import Weigher


class CPUWeigher(Weigher):
    option = "cpu_weight_multiplier"

    def weigh(self, spec, arrays):
        return arrays.vcpus_free
