"""HypervisorVersionWeigher: newer hypervisors."""
from nova_lite.scheduler.weighers import Weigher


class HypervisorVersionWeigher(Weigher):
    option = "hypervisor_version_weight_multiplier"

    def weigh(self, spec, arrays):
        return None if arrays.of_one_kind() else arrays.of_kinds(lambda kind: kind["hypervisor_version"], dtype=float)
