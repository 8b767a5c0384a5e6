"""ComputeFilter: the host's service is enabled, not forced down, and heard of lately."""


class Enabled:
    """What ComputeFilter would pass if every host had just been heard of; not a filter to choose with."""

    def hosts(self, spec, arrays):
        return arrays.enabled


class ComputeFilter:
    def hosts(self, spec, arrays):
        return arrays.up()
