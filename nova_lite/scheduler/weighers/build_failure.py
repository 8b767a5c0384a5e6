"""BuildFailureWeigher: away from hosts whose last builds failed, so that a broken host does not eat all."""
from nova_lite.conf import CONF


class BuildFailureWeigher:
    def multiplier(self) -> float:
        return CONF.scheduler.build_failure_weight_multiplier

    def weigh(self, spec, arrays):
        return -arrays.failed_builds.astype(float)
