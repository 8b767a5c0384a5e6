"""Filters, with Nova's names: which hosts are possible at all.

Entry points of ``nova_lite.scheduler.filters``, in the order of [scheduler] enabled_filters.  One is

- a class whose ``hosts(spec, arrays)`` gives a bool array, or None when all hosts pass, as all of nova-lite's: a pure
  function of request and hosts,
- or a function ``passes(spec, host)``, or a class with Nova's ``host_passes(self, host, spec)``, asked host by host
  (``per_host.Host``): slower by the number of hosts.
"""
import types

from stevedore import named

from nova_lite import exceptions
from nova_lite.scheduler.filters.per_host import PerHost


def load(names) -> list:
    """(name, filter) pairs; raises NovaLiteError with one clear line when one is missing."""
    def missing(absent):
        raise exceptions.NovaLiteError(f"[scheduler] enabled_filters: there is no filter {', '.join(sorted(absent))}")
    manager = named.NamedExtensionManager("nova_lite.scheduler.filters", list(names), name_order=True,
                                          on_missing_entrypoints_callback=missing)
    return [(extension.name, filter_of(extension.plugin)) for extension in manager]


def filter_of(plugin):
    """What an entry point names, as a filter."""
    if isinstance(plugin, types.FunctionType):
        return PerHost(plugin)
    made = plugin()
    return made if hasattr(made, "hosts") else PerHost(lambda spec, host: made.host_passes(host, spec))
