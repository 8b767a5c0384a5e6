"""ComputeFilter: the host's service is enabled, not forced down, and heard of lately."""


class ComputeFilter:
    def hosts(self, spec, arrays):
        return arrays.up()
