"""Weighers, one a file, with Nova's names: which of the possible hosts is best.

A weigher is a class whose ``weigh(spec, arrays)`` gives a float array (more is better) and whose
``multiplier()`` reads its option.  Weights are normalised to 0..1 before they are multiplied and summed.
"""
from stevedore import named

from nova_lite import exceptions


def load(names) -> list:
    """The weighers; raises NovaLiteError with one clear line when one is missing."""
    def missing(absent):
        raise exceptions.NovaLiteError(f"[scheduler] enabled_weighers: there is no weigher {', '.join(sorted(absent))}")
    manager = named.NamedExtensionManager("nova_lite.scheduler.weighers", list(names), invoke_on_load=True,
                                          name_order=True, on_missing_entrypoints_callback=missing)
    return [extension.obj for extension in manager]
