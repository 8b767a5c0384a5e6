"""Filters, one a file, with Nova's names: which hosts are possible at all.

A filter is a class whose ``hosts(spec, arrays)`` gives a bool array: a pure function of the request and the
hosts.  Entry points of ``nova_lite.scheduler.filters``, in the order of [scheduler] enabled_filters.
"""
from stevedore import named

from nova_lite import exceptions


def load(names) -> list:
    """(name, filter) pairs; raises NovaLiteError with one clear line when one is missing."""
    def missing(absent):
        raise exceptions.NovaLiteError(f"[scheduler] enabled_filters: there is no filter {', '.join(sorted(absent))}")
    manager = named.NamedExtensionManager("nova_lite.scheduler.filters", list(names), invoke_on_load=True,
                                          name_order=True, on_missing_entrypoints_callback=missing)
    return [(extension.name, extension.obj) for extension in manager]
