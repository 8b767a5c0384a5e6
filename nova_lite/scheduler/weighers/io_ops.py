"""IoOpsWeigher: hosts that are busy with builds, moves and images."""
from nova_lite.scheduler.weighers import Weigher


class IoOpsWeigher(Weigher):
    option = "io_ops_weight_multiplier"
    needs = ("io_ops",)

    def weigh(self, spec, arrays):
        return arrays.io_ops
