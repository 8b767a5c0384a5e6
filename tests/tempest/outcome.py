"""What a run of tempest came to, test by test, read from stestr's subunit stream."""
import collections
import dataclasses
import re
import xml.etree.ElementTree as xml
from collections.abc import Callable, Iterable
from typing import IO

import subunit
import testtools

OF_A_CLASS = re.compile(r"^(?:setUpClass|tearDownClass) \((.*)\)$")
VERDICTS = {"success": "passed", "fail": "failed", "skip": "skipped", "xfail": "passed", "uxsuccess": "failed",
            "inprogress": "failed"}             # the worker ended within the test
NOT_RUN = "it did not run"
_IDS = re.compile(r"\[[a-z0-9,-]*\]$")        # tempest's id and attributes behind a test's name


@dataclasses.dataclass(frozen=True)
class Result:
    """``verdict``: passed, failed or skipped.  ``reason``: of the latter two; ``details``: a failure's traceback."""

    name: str
    verdict: str
    reason: str = ""
    details: str = ""
    seconds: float = 0.0


def bare(name: str) -> str:
    """A test's name without its id: that changes, and the name tells enough."""
    return _IDS.sub("", name)


def read(stream: IO[bytes], tell: Callable[[Result], None]) -> list[Result]:
    """All results of the stream; each is told when it comes."""
    found = []

    def on_test(test: dict):
        if not test["id"] or test["status"] == "exists":
            return
        result = _result(test)
        found.append(result)
        tell(result)
    summary = testtools.StreamToDict(on_test)
    summary.startTestRun()
    try:
        subunit.ByteStreamToStreamResult(stream, non_subunit_name="stdout").run(summary)
    finally:
        summary.stopTestRun()
    return found


def _result(test: dict) -> Result:
    texts = {name: content.as_text() for name, content in test["details"].items()
             if content.content_type.type == "text"}
    details = "\n".join(text for name, text in texts.items() if name.startswith("traceback"))
    verdict = VERDICTS.get(test["status"], "failed")
    begun, ended = test["timestamps"]
    reason = ""
    if verdict == "skipped":
        reason = texts.get("reason", "")
    elif verdict == "failed":
        reason = _error(details) or test["status"]
    return Result(bare(test["id"]), verdict, reason, details, (ended - begun).total_seconds() if begun and ended else 0)


def _error(traceback: str) -> str:
    """The last error of a traceback, on one line: from where its frames end."""
    lines = traceback.splitlines()
    frames = [number for number, line in enumerate(lines) if line.startswith("  ")]
    return " ".join(" ".join(lines[frames[-1] + 1:]).split())[:400] if frames else ""


def complete(results: Iterable[Result], wanted: Iterable[str]) -> list[Result]:
    """One result for each wanted test: its own, or its class's when the class was not set up."""
    own: dict[str, Result] = {}
    classes: dict[str, Result] = {}
    for result in results:
        if match := OF_A_CLASS.match(result.name):
            classes.setdefault(match[1], result)
        else:
            own[result.name] = result
    found = []
    for name in wanted:
        of_class = classes.get(name.rpartition(".")[0])
        if name in own:
            found.append(own[name])
        elif of_class:
            found.append(dataclasses.replace(of_class, name=name, seconds=0.0))
        else:
            found.append(Result(name, "failed", NOT_RUN))
    # a tearDownClass that failed after its tests passed
    found += [result for name, result in classes.items() if result.verdict == "failed"
              and result.name.startswith("tearDownClass")]
    return found


def junit(results: Iterable[Result]) -> xml.ElementTree:
    """For whoever reads JUnit files."""
    suite = xml.Element("testsuite", name="tempest")
    for result in results:
        class_name, _, name = result.name.rpartition(".")
        case = xml.SubElement(suite, "testcase", classname=class_name, name=name, time=f"{result.seconds:.3f}")
        if result.verdict == "failed":
            xml.SubElement(case, "failure", message=result.reason).text = result.details
        elif result.verdict == "skipped":
            xml.SubElement(case, "skipped", message=result.reason)
    return xml.ElementTree(suite)


def summary(results: list[Result]) -> str:
    """The counts, each failure with its reason, and the skips by their reasons."""
    by_verdict = collections.defaultdict(list)
    for result in results:
        by_verdict[result.verdict].append(result)
    counts = ", ".join(f"{len(by_verdict[verdict])} {verdict}" for verdict in ("passed", "failed", "skipped"))
    lines = [f"{len(results)} tests of tempest: {counts}"]
    lines += [f"failed: {result.name}\n        {result.reason}" for result in by_verdict["failed"]]
    reasons = collections.Counter(result.reason for result in by_verdict["skipped"])
    lines += [f"skipped {count:>4}: {reason}" for reason, count in reasons.most_common()]
    return "\n".join(lines)
