"""The test layers, in the order in which they run: the quick ones first."""
import dataclasses
import pathlib

from tools.stack import virtualenv

TESTS = virtualenv.CHECKOUT / "tests"


@dataclasses.dataclass(frozen=True)
class Layer:
    """``services``: needs real brokers, databases and guests.  ``time_limit``: seconds for all of it.  ``module``: what
    runs it.  ``distribution``: how pytest-xdist gives the tests to several processes; empty: there is one."""

    name: str
    services: bool = False
    time_limit: int = 600
    module: str = "pytest"
    distribution: str = ""

    @property
    def path(self) -> pathlib.Path:
        return TESTS / self.name


LINT = Layer("lint")
TEMPEST = Layer("tempest", services=True, time_limit=900, module="tests.tempest")
LONG_TEMPEST_LIMIT = 3600                 # all of it, or with real guests
LAYERS = (
    LINT,
    Layer("unit"),
    Layer("contract"),
    # its database tests run on each database; those that share a cloud are neighbours and stay that
    Layer("functional", services=True, time_limit=1800, distribution="worksteal"),
    Layer("integration", services=True, time_limit=1800, distribution="loadscope"),
    TEMPEST,
    Layer("chaos", services=True, time_limit=1500, distribution="loadscope"),
)
NAMES = tuple(layer.name for layer in LAYERS)


def chosen(names) -> list[Layer]:
    """The named layers, or all that exist; a layer is named by hand to demand that it has tests."""
    return [layer for layer in LAYERS
            if layer.name in names or (not names and (layer in (LINT, TEMPEST) or any(layer.path.rglob("test_*.py"))))]
