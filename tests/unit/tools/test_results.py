"""run_tests.sh must not look good when nothing was tested."""
import pytest

from tools.testrun import results

GOOD = '<testcase name="a"/>'
BAD = '<testcase name="b"><failure message="x"/></testcase>'


def junit(tmp_path, *cases):
    path = tmp_path / "junit.xml"
    path.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return path


def skip(reason):
    return f'<testcase name="s"><skipped message="{reason}"/></testcase>'


@pytest.mark.parametrize("cases, code, counts, good", [
    ((GOOD, GOOD), 0, (2, 0, 0), True),
    ((GOOD, BAD), 1, (1, 1, 0), False),
    ((GOOD, skip("this machine lists KVM")), 0, (1, 0, 1), True),
    ((GOOD, skip("could not import 'libvirt'")), 0, (1, 0, 1), False),
    ((GOOD, skip("NOVA_LITE_TEST_RABBIT_URL is not set")), 0, (1, 0, 1), False),
    ((), 5, (0, 0, 0), False),
    ((skip("whatever"),), 0, (0, 0, 1), False),
    ((GOOD,), 2, (1, 0, 0), False),
])
def test_a_layer_is_good_only_when_it_proved_something(tmp_path, cases, code, counts, good):
    result = results.from_junit("unit", junit(tmp_path, *cases), code, 1.0)
    assert (result.passed, result.failed, result.skipped) == counts and result.good is good


def test_a_layer_without_a_result_or_out_of_time_failed(tmp_path):
    assert not results.from_junit("unit", tmp_path / "none.xml", 1, 1.0).good
    assert not results.from_junit("unit", junit(tmp_path, GOOD), None, 1.0).good


def test_the_last_line_is_the_sum_and_shows_a_complaint_as_a_failure():
    table = results.table([results.Result("a", 3, 1, 0), results.Result("b", 4, 0, 2, complaint="no test ran")])
    assert table.splitlines()[-1] == "7 passed, 2 failed, 2 skipped"


def test_what_failed_is_named_with_the_end_of_its_report(tmp_path):
    text = "\n".join(["def test_b():", *(f"line {number}" for number in range(30)), "E  assert 1 == 2", "b.py:3"])
    case = f'<testcase classname="tests.b" name="test_b"><failure message="x">{text}</failure></testcase>'
    broken = '<testcase classname="tests.c" name="test_c"><error message="no fixture"/></testcase>'
    said = results.report([results.from_junit("unit", junit(tmp_path, GOOD, case, broken), 1, 1.0)]).splitlines()
    assert said[0] == "unit: tests.b::test_b" and said[-1].strip() == "no fixture"
    assert "    E  assert 1 == 2" in said and "    line 1" not in said
    assert results.report([results.from_junit("unit", junit(tmp_path, GOOD), 0, 1.0)]) == ""
