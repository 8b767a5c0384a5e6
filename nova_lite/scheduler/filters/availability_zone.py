"""AvailabilityZoneFilter: the host is in the zone that was asked for."""

class AvailabilityZoneFilter:
    def hosts(self, spec, arrays):
        if not spec.availability_zone:
            return None
        return arrays.in_zone(spec.availability_zone)
