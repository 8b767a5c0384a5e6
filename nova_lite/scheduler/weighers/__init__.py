"""Weighers, one a file, with Nova's names: which of the possible hosts is best.

A weigher is a class whose ``weigh(spec, arrays)`` gives an array of numbers (more is better), or None when it has
nothing to say.  ``option`` is that of its multiplier; an aggregate's metadata item of this name is another multiplier
for its hosts (the smallest, of several).  Weights are normalised to 0..1 before they are multiplied and summed.
"""
from stevedore import named

from nova_lite import exceptions
from nova_lite.conf import CONF


class Weigher:
    """Base of all weighers.  ``needs``: columns of the arrays that are counted on demand."""

    option = ""
    needs: tuple[str, ...] = ()

    def multiplier(self) -> float:
        return CONF.scheduler[self.option]

    def weigh(self, spec, arrays):
        raise NotImplementedError


def load(names) -> list:
    """The weighers; raises NovaLiteError with one clear line when one is missing."""
    def missing(absent):
        raise exceptions.NovaLiteError(f"[scheduler] enabled_weighers: there is no weigher {', '.join(sorted(absent))}")
    manager = named.NamedExtensionManager("nova_lite.scheduler.weighers", list(names), invoke_on_load=True,
                                          name_order=True, on_missing_entrypoints_callback=missing)
    return [extension.obj for extension in manager]
