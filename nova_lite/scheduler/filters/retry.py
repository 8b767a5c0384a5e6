"""RetryFilter: not a host that has failed this build already."""

class RetryFilter:
    def hosts(self, spec, arrays):
        return ~arrays.among(spec.ignore_hosts) if spec.ignore_hosts else None
