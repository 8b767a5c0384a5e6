"""The benchmarks' own arithmetic: percentiles, limits, targets, profiles."""
import pathlib

import pytest

from tests.integration.observers import total
from tools.bench import latency, plot, profile, soak, targets, workload
from tools.bench.cost import Cost
from tools.bench.endpoint import Refused
from tools.bench.latency import Latencies


def test_percentiles_are_of_what_was_answered():
    found = Latencies([0.001 * n for n in range(1, 101)], wall=2.0, refused=["503"])
    assert found.percentile(50) == pytest.approx(0.0505) and found.percentile(99) == pytest.approx(0.09901)
    assert found.to_dict() == {"answers": 100, "p50_ms": 50.5, "p99_ms": 99.01, "rate": 50.0, "refused": 1,
                               "first_refused": ["503"]}
    assert Latencies().to_dict()["p50_ms"] is None


def test_every_item_is_asked_for_once_and_refusals_are_kept():
    asked = []

    def request(item):
        asked.append(item)
        if item == 3:
            raise Refused("409")
        return 0.5

    found = latency.measure(request, range(10), concurrency=4)
    assert sorted(asked) == list(range(10))
    assert len(found.seconds) == 9 and found.refused == ["409"]


def test_nothing_is_begun_after_the_limit():
    assert latency.measure(lambda _: 0.1, range(10), 1, limit=0).seconds == []


@pytest.mark.parametrize("name", workload.names())
def test_a_workload_can_be_read(name):
    found = workload.Workload.load(name)
    assert found.what and found.most and workload.BASE in found.sizes and workload.LARGE in found.sizes
    assert callable(getattr(workload._Measures, found.measure))


def test_a_limit_nobody_counts_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(workload, "DIRECTORY", tmp_path)
    (tmp_path / "odd.yaml").write_text("{what: x, measure: create, unit: server, sizes: {base: 1}, most: {smiles: 1}}")
    with pytest.raises(ValueError, match="odd: nobody counts smiles"):
        workload.Workload.load("odd")


def test_what_is_over_a_limit_is_said():
    create = workload.Workload.load("create")
    cost = Cost(counts={"messages": 100, "commits": 61, "statements": 1, "rows_read": 1}, seconds=2.0)
    outcome = workload.Outcome(create, workload.BASE, 20, cost, ["1 of 2 servers are ACTIVE"])
    assert outcome.over() == ["1 of 2 servers are ACTIVE",
                              "create (base): 3.05 commits for a server, at most 3 are allowed"]
    assert "3.05 (of 3)" in workload.table([outcome]) and workload.table([outcome]).endswith("1.00x")


def test_a_target_knows_which_way_is_better():
    rate, cpu = targets.TARGETS["active_16"], targets.TARGETS["cpu"]
    assert rate.met(70) and not rate.met(69) and rate.times_nova(130) == 100
    assert cpu.met(0.03) and not cpu.met(0.031) and cpu.times_nova(0.0161) == pytest.approx(100)
    text = targets.table({"active_16": 69.0, "cpu": 0.0161})
    assert text.splitlines()[1].endswith("53x  missed") and text.splitlines()[2].endswith("100x")
    assert "  2197 " in targets.table({"show": 2196.53})


def test_a_profile_counts_a_function_once_for_a_stack():
    text = profile.table("main (a.py:1);walk (b.py:2);walk (b.py:3) 3\nmain (a.py:1) 1\n")
    assert text.splitlines()[0] == "4 samples at work"
    assert [line.split() for line in text.splitlines()[2:]] == [["100.0%", "25.0%", "main", "(a.py)"],
                                                               ["75.0%", "75.0%", "walk", "(b.py)"]]


def test_samples_are_summed_by_their_labels():
    text = 'nova_a{of="clock",kind="x"} 2.0\nnova_a{of="request",kind="x"} 3.0\nnova_a{of="request",kind="y"} 4.0\n'
    assert total(text, "nova_a", of="request") == 7 and total(text, "nova_a", kind="x") == 5


def test_figures_are_drawn(tmp_path):
    path = tmp_path / "x.png"
    plot.ratios({"show": {10: 1.0, 1000: 1.1}}, str(path), "servers")
    assert pathlib.Path(path).read_bytes().startswith(b"\x89PNG")


def test_a_soak_names_what_has_grown():
    before = {"memory": 300.0, "descriptors": 400, "connections": 150}
    assert soak.grown(before, {"memory": 309.0, "descriptors": 410, "connections": 140}) == []
    assert soak.grown(before, {"memory": 311.0, "descriptors": 421, "connections": 150}) == [
        "memory: 300 -> 311", "descriptors: 400 -> 421"]
