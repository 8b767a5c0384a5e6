"""doc/scheduler.rst: the filters and weighers that setup.cfg names, with what their docstrings say."""
import configparser
import importlib
import pathlib
import sys

from nova_lite.conf import scheduler as options
from tools.docs import rst

_SETUP = pathlib.Path(__file__).resolve().parents[2] / "setup.cfg"
_INTRO = """\
The scheduler holds all hosts in memory, kept fresh by a feed of changes. For each request its filters say which hosts
are possible, its weighers which of those is best; the choice is then claimed in the database, so that no two schedulers
take the same room. ``nova-lite host explain --flavor … --image …`` prints each filter with the hosts that it removes;
a server without a host has the counts in its fault, for administrators.

Names and options are Nova's; options are of ``[scheduler]`` (Nova's ``[filter_scheduler]`` is read, too).
"""
_OWN = """\
A filter of your own is an entry point of ``nova_lite.scheduler.filters``: a function ``passes(spec, host)``, which is
asked host by host (``nova_lite.scheduler.filters.per_host.Host`` is what it sees), a class with Nova's
``host_passes(self, host_state, spec_obj)``, or a class with ``hosts(self, spec, arrays)``, which gives a bool array for
all hosts at once. A weigher is a class like ``nova_lite.scheduler.weighers.ram.RAMWeigher``. Then name it in
``enabled_filters`` or ``enabled_weighers``.

An aggregate's metadata may hold another multiplier of a weigher for its hosts, by the option's name
(``ram_weight_multiplier = -1.0``), limits of the Aggregate filters, and allocation ratios (``cpu_allocation_ratio``,
``ram_allocation_ratio``, ``disk_allocation_ratio``), which take the place of the host's own: of several aggregates the
smallest counts, what is kept for the host stays kept, and a ratio under what is in use is refused.

Flavors
-------

``resources:VCPU``, ``resources:MEMORY_MB`` and ``resources:DISK_GB`` take the place of a flavor's own sizes; those of
named groups (``resources1:VCPU``, ``resources_NET:…``) are taken beyond them.  A host is one provider of all it has, so
groups come from the same host; with ``group_policy = isolate`` several of them find none.

Not here, since nothing here has what they look at: PCI devices, NUMA cells, Nova's cells.
"""


def render() -> str:
    setup = configparser.ConfigParser()
    setup.read(_SETUP, encoding="utf-8")
    default = {opt.name: opt.default for opt in options.OPTS}
    lines = [*rst.notice("setup.cfg and nova_lite/scheduler"), *rst.heading("The scheduler", "="),
             *_INTRO.splitlines(), ""]
    for what in ("filters", "weighers"):
        lines += rst.heading(what.capitalize(), "-")
        lines += rst.table(("Name", "On by default", "What it does"),
                           ((rst.code(name), "yes" if name in default[f"enabled_{what}"] else "", _says(name, plugin))
                            for name, plugin in _points(setup, what)), (34, 8, 58))
    return rst.text([*lines, *rst.heading("Your own", "-"), *_OWN.splitlines()])


def _points(setup, what: str) -> list[tuple[str, type]]:
    found = []
    for line in setup["options.entry_points"][f"nova_lite.scheduler.{what}"].strip().splitlines():
        name, _, target = line.partition(" = ")
        module, _, attribute = target.partition(":")
        found.append((name, getattr(importlib.import_module(module), attribute)))
    return sorted(found, key=lambda item: item[0])


def _says(name: str, plugin: type) -> str:
    """The class's first line; or the module's, behind its name."""
    own = plugin.__dict__.get("__doc__")
    text = (own or sys.modules[plugin.__module__].__doc__).strip().split("\n\n")[0]
    told = " ".join(text.split()) if own else " ".join(text.split()).removeprefix(f"{name}: ")
    return told[0].upper() + told[1:]
