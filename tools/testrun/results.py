"""What a layer came to, read from pytest's JUnit file, and the table at the end."""
import dataclasses
import pathlib
import re
import xml.etree.ElementTree as xml

# a skip with such a reason means that run_tests.sh failed to provide something, not that the test is not for here
LACKING = re.compile(r"could not import|no module|not installed|is missing|unavailable|not set|NOVA_LITE_TEST",
                     re.IGNORECASE)

FAILURE_LINES = 12                  # of a failed test's report, in the summary


@dataclasses.dataclass(frozen=True)
class Result:
    """``complaint``: why the layer failed beside its failed tests; ``failures``: a text for each of those."""

    layer: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    complaint: str = ""
    failures: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not self.failed and not self.complaint


def from_junit(layer: str, path: pathlib.Path, exit_code: int | None, seconds: float) -> Result:
    """``exit_code`` is pytest's; None: it was ended at its time limit."""
    if exit_code is None:
        return Result(layer, failed=1, seconds=seconds, complaint="ended at its time limit")
    try:
        cases = list(xml.parse(path).iter("testcase"))
    except (OSError, xml.ParseError):
        return Result(layer, failed=1, seconds=seconds, complaint=f"pytest left no result (exit code {exit_code})")
    failures = tuple(_failure(case, found) for case in cases
                     for found in (*case.findall("failure"), *case.findall("error"))[:1])
    reasons = [skip.get("message", "") for case in cases if (skip := case.find("skipped")) is not None]
    lacking = sorted({reason for reason in reasons if LACKING.search(reason)})
    passed, failed = len(cases) - len(failures) - len(reasons), len(failures)
    if lacking:
        complaint = f"skipped for lack of something: {'; '.join(lacking)}"
    elif not passed and not failed:
        complaint = "no test ran"
    elif exit_code and not failed:
        complaint = f"pytest ended with exit code {exit_code}"
    else:
        complaint = ""
    return Result(layer, passed, failed, len(reasons), seconds, complaint, failures)


def _failure(case: xml.Element, found: xml.Element) -> str:
    """The test's name and the end of what it said: where it failed and why."""
    said = (found.text or found.get("message", "")).strip().splitlines()
    name = f"{case.get('classname', '')}::{case.get('name')}"
    return "\n    ".join([name, *(line[:200] for line in said[-FAILURE_LINES:])])


def report(results) -> str:
    """What failed, once more: the layers' own reports are far above the table by then."""
    return "\n".join(f"{result.layer}: {failure}" for result in results for failure in result.failures)


def table(results) -> str:
    """One line a layer, the sum as the last line."""
    lines = [f"{'layer':<12} {'time':>8} {'passed':>7} {'failed':>7} {'skipped':>8}"]
    for result in results:
        verdict = "ok" if result.good else f"FAILED {result.complaint}".rstrip()
        lines.append(f"{result.layer:<12} {result.seconds:>6.1f} s {result.passed:>7} {result.failed:>7} "
                     f"{result.skipped:>8}  {verdict}")
    # a complaint without a failed test must not hide in a sum that looks good
    failed = sum(result.failed or bool(result.complaint) for result in results)
    passed, skipped = sum(result.passed for result in results), sum(result.skipped for result in results)
    return "\n".join([*lines, f"{passed} passed, {failed} failed, {skipped} skipped"])
