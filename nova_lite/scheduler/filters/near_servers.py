"""SameHostFilter and DifferentHostFilter: the hints ``same_host`` and ``different_host``, each of servers."""


class SameHostFilter:
    """Where the servers of the hint same_host are."""

    def hosts(self, spec, arrays):
        return None if spec.same_host is None else arrays.among(spec.same_host)


class DifferentHostFilter:
    """Where no server of the hint different_host is."""

    def hosts(self, spec, arrays):
        return ~arrays.among(spec.different_host) if spec.different_host else None
