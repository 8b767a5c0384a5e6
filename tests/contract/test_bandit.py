"""The exceptions that bandit is told of each say why."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_what_bandit_does_not_look_for_has_a_reason():
    lines = (ROOT / "tools/testrun/bandit.yaml").read_text().splitlines()
    skips = [line for line in lines if line.lstrip().startswith("- ")]
    assert skips and all(re.fullmatch(r"  - B\d{3}   # \S.{3,}", line) for line in skips)


def test_an_exception_of_a_line_names_its_test_and_has_a_reason_above_it():
    for folder in ("nova_lite", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines):
                if "nosec" in line:
                    assert re.search(r"# nosec B\d{3}$", line) and lines[number - 1].lstrip().startswith("#"), (
                        f"{path}:{number + 1}")
