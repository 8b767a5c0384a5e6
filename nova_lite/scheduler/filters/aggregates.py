"""Filters by the metadata of a host's aggregates: extra specs, image properties, tenants, flavors.

A host in several aggregates has the values of all of them; a value may itself be a list with commas.
"""
from nova_lite.conf import CONF
from nova_lite.scheduler.filters import extra_specs_ops

SCOPE = "aggregate_instance_extra_specs"


def values_of(metadata: dict[str, list[str]], key: str) -> set[str]:
    """The values of a key in a host's merged aggregate metadata."""
    return {part.strip() for value in metadata.get(key, ()) for part in value.split(",")}


class AggregateInstanceExtraSpecsFilter:
    """Each extra spec of the flavor, scoped or without a scope, is satisfied by one of its values."""

    def hosts(self, spec, arrays):
        wanted = {}
        for key, value in spec.flavor.extra_specs.items():
            scope, colon, rest = key.partition(":")
            if not colon:
                wanted[key] = value
            elif scope == SCOPE:
                wanted[rest] = value
        if not wanted:
            return None
        return arrays.of_aggregates(lambda metadata: all(
            any(extra_specs_ops.match(found, asked) for found in values_of(metadata, key)) if asked != "!"
            else key not in metadata for key, asked in wanted.items()))


class AggregateImagePropertiesIsolation:
    """A property of the image that an aggregate names must have one of the aggregate's values."""

    def hosts(self, spec, arrays):
        prefix = CONF.scheduler.aggregate_image_properties_isolation_namespace
        separator = CONF.scheduler.aggregate_image_properties_isolation_separator
        properties = spec.image.properties

        def passes(metadata):
            return all(str(properties[key]) in values_of(metadata, key) for key in metadata
                       if properties.get(key) is not None
                       and (not prefix or key.startswith(f"{prefix}{separator}")))
        return arrays.of_aggregates(passes)


class AggregateMultiTenancyIsolation:
    """An aggregate with filter_tenant_id (or filter_tenant_id…) is for these projects alone."""

    KEY = "filter_tenant_id"

    def hosts(self, spec, arrays):
        def passes(metadata):
            named = [key for key in metadata if key.startswith(self.KEY)]
            return not named or any(spec.project_id in values_of(metadata, key) for key in named)
        return arrays.of_aggregates(passes)


class AggregateTypeAffinityFilter:
    """An aggregate with instance_type is for flavors of these names."""

    def hosts(self, spec, arrays):
        return arrays.of_aggregates(lambda metadata: "instance_type" not in metadata or
                                    spec.flavor.name in values_of(metadata, "instance_type"))
