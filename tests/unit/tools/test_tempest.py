"""What the tempest layer makes of a run: no test is lost, and nothing is left out without a reason."""
import argparse
import io

import pytest
import subunit

from tests.tempest import __main__, accounts, outcome, selection
from tools.testrun import results

TRACE = '''Traceback (most recent call last):
  File "x.py", line 1, in test
    call()
tempest.lib.exceptions.NotFound: Object not found
Details: {'code': 404}
'''


def stream(*tests):
    """A subunit stream of (name, status, {attachment: text})."""
    out = io.BytesIO()
    writer = subunit.StreamResultToBytes(out)
    for name, status, texts in tests:
        writer.status(test_id=name, test_status="inprogress")
        for key, text in texts.items():
            writer.status(test_id=name, file_name=key, file_bytes=text.encode(), mime_type="text/plain;charset=utf8")
        if status:
            writer.status(test_id=name, test_status=status)
    out.seek(0)
    return out


def read(*tests):
    told = []
    found = outcome.read(stream(*tests), told.append)
    assert told == found
    return found


def test_a_result_has_its_reason():
    passed, failed, skipped = read(
        ("a.C.test_1[id-1,smoke]", "success", {}), ("a.C.test_2", "fail", {"traceback": TRACE}),
        ("a.C.test_3", "skip", {"reason": "no Cinder"}))
    assert (passed.name, passed.verdict) == ("a.C.test_1", "passed")
    assert failed.reason == "tempest.lib.exceptions.NotFound: Object not found Details: {'code': 404}"
    assert (skipped.verdict, skipped.reason) == ("skipped", "no Cinder")


def test_every_wanted_test_has_a_result():
    found = outcome.complete(read(
        ("a.Good.test", "success", {}), ("setUpClass (a.Bad)", "fail", {"traceback": TRACE}),
        ("setUpClass (a.Off)", "skip", {"reason": "off"}), ("a.Died.test", None, {}),
        ("a.Untidy.test", "success", {}), ("tearDownClass (a.Untidy)", "fail", {"traceback": TRACE})),
        ["a.Good.test", "a.Bad.test", "a.Off.test", "a.Died.test", "a.Never.test", "a.Untidy.test"])
    assert {result.name: result.verdict for result in found} == {
        "a.Good.test": "passed", "a.Bad.test": "failed", "a.Off.test": "skipped", "a.Died.test": "failed",
        "a.Never.test": "failed", "a.Untidy.test": "passed", "tearDownClass (a.Untidy)": "failed"}
    assert next(result for result in found if result.name == "a.Never.test").reason == outcome.NOT_RUN
    assert "7 tests of tempest: 2 passed, 4 failed, 1 skipped" in outcome.summary(found)
    assert "skipped    1: off" in outcome.summary(found)


def test_run_tests_reads_the_results(tmp_path):
    found = read(("a.C.test_1", "success", {}), ("a.C.test_2", "fail", {"traceback": TRACE}))
    outcome.junit(found).write(tmp_path / "junit.xml")
    layer = results.from_junit("tempest", tmp_path / "junit.xml", 1, 1.0)
    assert (layer.passed, layer.failed) == (1, 1) and not layer.good


@pytest.mark.parametrize("path", [selection.NOT_YET, selection.NOT_IN_CI, selection.GUESTS, selection.GUESTS_IN_CI,
                                  selection.NOT_WITH_GUESTS])
def test_what_is_left_out_is_so_for_a_reason(path, tmp_path):
    reasons = selection.read(path)
    assert all(reason.text for reason in reasons)
    bare = tmp_path / "list.txt"
    bare.write_text("tempest.api.compute.x\n")
    with pytest.raises(ValueError, match="no reason"):
        selection.read(bare)


def test_real_guests_are_for_what_asks_something_of_them():
    names = ["api.servers.test_create_server.T.test_host_name", "api.servers.test_create_server.T.test_other",
             "api.keypairs.test_keypairs.T.test_list"]

    def chosen(**options):
        return __main__.chosen(names, argparse.Namespace(**{"all": False, "guests": False, "select": ""} | options))
    assert chosen() == names and chosen(guests=True) == names[:2]
    assert chosen(guests=True, all=True, select="other|list") == names[1:]
    assert chosen(guests=True, select="test_other") == names[1:2]


def test_the_bar_is_what_nova_passes():
    assert len(selection.names(selection.NOVA_PASSES)) == 430


def test_a_class_finds_a_member_and_a_reader_of_one_project():
    by_project = {}
    for account in accounts.ACCOUNTS:
        by_project.setdefault(account.project, set()).update(account.roles)
    assert sum({"member", "manager", "reader"} <= roles for roles in by_project.values()) == accounts.SETS
    assert len({account.name for account in accounts.ACCOUNTS}) == len(accounts.ACCOUNTS)
