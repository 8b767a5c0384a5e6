"""BuildFailureWeigher: away from hosts whose last builds failed, so that a broken host does not eat all."""
from nova_lite.scheduler.weighers import Weigher


class BuildFailureWeigher(Weigher):
    option = "build_failure_weight_multiplier"

    def weigh(self, spec, arrays):
        return -arrays.failed_builds if any(arrays.extremes(arrays.failed_builds)) else None
