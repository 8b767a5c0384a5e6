"""Which tests of tempest run: the whole of tempest.api.compute, or that without what is left out; with real guests
those that ask something of a guest."""
import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).parent
NOT_YET = HERE / "not_yet.txt"                # what fails: each line a regular expression, " # " and the reason
NOT_IN_CI = HERE / "not_in_ci.txt"            # what passes, but is too slow for each run of CI; the same form
GUESTS = HERE / "guests.txt"                  # what asks something of real guests; the same form
GUESTS_IN_CI = HERE / "guests_in_ci.txt"      # the few of these that each run of CI has time for; the same form
NOT_WITH_GUESTS = HERE / "not_with_guests.txt"         # what cannot pass with them; the same form
NOVA_PASSES = HERE / "nova_passes.txt"        # what Nova with its own fake driver passes: the bar


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why the tests whose names the pattern is found in are left out."""

    pattern: re.Pattern
    text: str


def read(path: pathlib.Path) -> list[Reason]:
    """Raises ValueError for a line without a reason."""
    found = []
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, separator, text = line.partition(" # ")
        if not separator or not text.strip():
            raise ValueError(f"{path.name}: no reason is given for {line!r}")
        found.append(Reason(re.compile(pattern.strip()), text.strip()))
    return found


def names(path: pathlib.Path) -> set[str]:
    """The lines of a list of tests."""
    return {line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")}


def reason(reasons: list[Reason], name: str) -> str | None:
    """Why the test is left out; None when it is not."""
    return next((found.text for found in reasons if found.pattern.search(name)), None)
