"""A record on disk never leads to somebody else's process."""
import os
import subprocess
import sys

import pytest

from tools.stack import process
from tools.stack.errors import StackError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def daemon(tmp_path):
    daemon = process.Daemon("sleeper", tmp_path / "run", tmp_path / "sleeper.log")
    yield daemon
    daemon.stop(timeout=5)


def test_it_runs_until_it_is_stopped(daemon):
    assert daemon.pid() is None
    daemon.start(SLEEP)
    pid = daemon.pid()
    # Popen is told of the exec a moment before /proc has the new arguments
    assert process.alive(pid) and process.wait_until(lambda: process.command_line(pid) == SLEEP, 5)
    daemon.start(SLEEP)
    assert daemon.pid() == pid, "a second start started a second one"
    assert daemon.stop() is True
    assert not process.alive(pid) and daemon.pid() is None
    assert daemon.stop() is False


def test_a_number_that_was_given_to_another_process_is_not_ours(daemon):
    daemon.record.parent.mkdir()
    daemon.record.write_text(f"{os.getpid()} 1 another-boot\n")
    assert daemon.pid() is None
    assert daemon.stop() is False, "this very process was about to be ended"


def test_what_its_session_left_behind_is_ended_too(daemon):
    daemon.start(["sh", "-c", "sleep 60 & sleep 60"])
    leader = daemon.pid()
    assert process.wait_until(lambda: len(process.session_members(leader)) >= 2, 5)
    os.kill(leader, 9)
    assert process.wait_until(lambda: daemon.pid() is None, 5)
    daemon.stop(timeout=5)
    assert process.session_members(leader) == []


def test_descendants_are_found_in_whatever_session_they_are():
    parent = subprocess.Popen(["sh", "-c", "setsid sh -c 'sleep 60 & wait' & wait"], start_new_session=True)
    try:
        assert process.wait_until(lambda: len(process.descendants(parent.pid)) >= 2, 5)
        family = process.descendants(parent.pid)
        assert len(process.session_members(parent.pid)) == 1 and parent.pid not in family
    finally:
        for pid in (*process.descendants(parent.pid), parent.pid):
            process.end(pid, 5)
        parent.wait()
    assert not any(map(process.alive, family))


def test_a_session_of_others_with_the_same_number_is_left_alone(daemon):
    other = subprocess.Popen(SLEEP, start_new_session=True)
    try:
        daemon.record.parent.mkdir()
        daemon.record.write_text(f"{other.pid} 1 another-boot\n")
        assert daemon.stop() is False
        assert process.alive(other.pid)
    finally:
        other.kill()
        other.wait()


def test_a_program_that_is_not_there_is_one_clear_error(daemon):
    with pytest.raises(StackError, match="sleeper cannot be started"):
        daemon.start(["/no/such/program"])


def test_a_command_that_fails_names_its_log(tmp_path):
    with pytest.raises(StackError, match="exit code 3") as caught:
        process.run(["sh", "-c", "echo why; exit 3"], log=tmp_path / "log", what="it")
    assert "why" in caught.value.log.read_text()
