"""MetricsWeigher: what hosts measure, by [metrics] weight_setting.

Hosts measure with [compute] compute_monitors.  One that lacks a metric weighs weight_of_unavailable: it is among the
worst, whatever [metrics] required of Nova would say; MetricsFilter leaves it out.
"""
import numpy

from nova_lite.conf import CONF
from nova_lite.conf.metrics import ratios
from nova_lite.scheduler.weighers import Weigher


class MetricsWeigher(Weigher):
    option = "metrics_weight_multiplier"

    def multiplier(self):
        return CONF.metrics.weight_multiplier

    def weigh(self, spec, arrays):
        wanted = ratios(CONF)
        if not wanted:
            return None
        found = sum(arrays.metric(name) * ratio for name, ratio in wanted.items())
        return numpy.where(numpy.isnan(found), CONF.metrics.weight_of_unavailable, found)
