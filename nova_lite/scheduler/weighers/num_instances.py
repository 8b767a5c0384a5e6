"""NumInstancesWeigher: hosts with many servers."""
from nova_lite.scheduler.weighers import Weigher


class NumInstancesWeigher(Weigher):
    option = "num_instances_weight_multiplier"

    def weigh(self, spec, arrays):
        return arrays.running_vms
