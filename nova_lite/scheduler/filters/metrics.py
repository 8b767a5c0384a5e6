"""MetricsFilter: the host has told all metrics of [metrics] weight_setting."""
import numpy

from nova_lite.conf import CONF
from nova_lite.conf.metrics import ratios


class MetricsFilter:
    def hosts(self, spec, arrays):
        passing = None
        for name in ratios(CONF):
            told = ~numpy.isnan(arrays.metric(name))
            passing = told if passing is None else passing & told
        return passing
