"""Fail-points: silent unless armed, and taken once from a directory."""
import pytest

from nova_lite import failpoints


def test_nothing_happens_unless_armed():
    failpoints.hit("compute", "stop_instance", "done")


def test_a_function_is_called_every_time_while_armed():
    calls = []
    with failpoints.armed({"compute.stop_instance.done": lambda: calls.append(1)}):
        for moment in ("begin", "done", "done"):
            failpoints.hit("compute", "stop_instance", moment)
    failpoints.hit("compute", "stop_instance", "done")
    assert len(calls) == 2


def test_a_file_is_obeyed_once(tmp_path, monkeypatch):
    monkeypatch.setattr(failpoints, "_directory", tmp_path)
    (tmp_path / "api.build.committed").write_text("raise")
    failpoints.hit("api", "build", "sent")
    with pytest.raises(failpoints.Failed, match="api.build.committed"):
        failpoints.hit("api", "build", "committed")
    failpoints.hit("api", "build", "committed")
