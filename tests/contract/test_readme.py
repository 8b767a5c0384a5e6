"""README.rst and doc/: what they link to and name is there."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.rst", *(ROOT / "doc").glob("*.rst")])
LINK = re.compile(r"`[^`<]+<(?!https?:)([^`>]+)>`__")
NAMED = re.compile(r"(?<![\w/.])((?:tests|doc|tools|nova_lite|etc|migrations)/[\w/.-]+\.(?:py|rst|sh|yaml|sample))")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page):
    text = page.read_text()
    missing = {name for name in (*LINK.findall(text), *NAMED.findall(text)) if not (ROOT / name).exists()}
    assert not missing


def test_tests_that_are_named_are_there():
    code = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    named = {name for page in PAGES for name in re.findall(r"\b(test_\w+)\b(?!\.py)", page.read_text())}
    assert not {name for name in named if f"def {name}(" not in code and not list((ROOT / "tests").rglob(f"{name}.py"))}


def test_promises_link_to_their_tests():
    text = (ROOT / "README.rst").read_text()
    promises = text.split("Promises, and how they are tested")[1].split("What is not there yet")[0]
    rows = re.split(r"\n   \* - ", promises)[2:]
    assert len(rows) > 5 and all(LINK.search(row) for row in rows)
