"""What re-implementations of Nova get wrong is a numbered list of sixty; each has a test named after its number."""
import pathlib
import re

import pytest

TESTS = pathlib.Path(__file__).parents[1] / "functional" / "api"
# What is not there yet, and so cannot be got wrong.
LATER = {53: "consoles other than the console's output"}


def numbers() -> set[int]:
    names = re.findall(r"^def test_((?:\d\d_)+)", "\n".join(path.read_text(encoding="utf-8")
                                                             for path in TESTS.glob("test_*.py")), re.MULTILINE)
    return {int(number) for name in names for number in name.split("_") if number}


@pytest.mark.parametrize("number", range(1, 61))
def test_each_has_a_test(number):
    assert number in numbers() or number in LATER
