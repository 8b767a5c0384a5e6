"""CrossHostWeigher: a server that is to move stays on its host, if that is possible: no disk is copied (positive), or
goes elsewhere (negative).  Nova's CrossCellWeigher says so of cells.
"""
import numpy

from nova_lite.scheduler.weighers import Weigher


class CrossHostWeigher(Weigher):
    option = "cross_host_move_weight_multiplier"

    def weigh(self, spec, arrays):
        if spec.source_host not in arrays.index:
            return None
        found = numpy.zeros(len(arrays))
        found[arrays.index[spec.source_host]] = 1.0
        return found
