"""The guard of a host that fences itself, when its service is frozen, well, or not the one it was."""
import os
import signal
import subprocess
import threading
import time

import pytest

from nova_lite.cmd import fence_guard, service
from nova_lite.compute import fence
from nova_lite.conf import CONF
from nova_lite.virt import driver
from tests.unit.compute.test_fence import Driver


@pytest.fixture
def hypervisor(tmp_path, monkeypatch):
    service.load("test", [])
    CONF.set_override("state_path", str(tmp_path))
    found = Driver()
    monkeypatch.setattr(driver, "load", lambda *args: found)
    monkeypatch.setattr(fence, "LOOK_EVERY", 0.01)
    yield found
    CONF.reset()
    CONF.clear()


@pytest.fixture
def process():
    """Frozen."""
    made = subprocess.Popen(["sleep", "600"])
    os.kill(made.pid, signal.SIGSTOP)
    yield made
    made.kill()
    made.wait()


def write(process, end: float, state: str = "open", started_at: str | None = None) -> None:
    fence.path("h1").write_text(f"{fence.BOOT_ID.read_text().strip()} {end} {state} {process.pid} "
                                f"{started_at or fence.started(process.pid)}")


def guarded(condition) -> None:
    """Until it is true; then the promise is taken back, and the guard ends (if it has not)."""
    thread = threading.Thread(target=fence_guard.guard, args=("h1",), daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)
    fence.write("h1", fence.Lease())
    thread.join(30)
    assert not thread.is_alive()


def test_a_frozen_service_is_killed_and_its_guests_are_stopped(hypervisor, process):
    write(process, fence.clock() - fence_guard.GRACE)
    guarded(lambda: not hypervisor.on)
    assert process.wait(30) == -signal.SIGKILL


def test_a_service_that_has_closed_its_fence_is_left_alone(hypervisor, process):
    write(process, fence.clock() - 100, "closed")
    guarded(lambda: not hypervisor.on)
    assert process.poll() is None


def test_another_process_of_the_same_number_is_left_alone(hypervisor, process):
    write(process, fence.clock() - 100, started_at="1")
    guarded(lambda: not hypervisor.on)
    assert process.poll() is None


def test_a_lease_that_goes_on_is_nothing_to_do_for_it(hypervisor, process):
    write(process, fence.clock() + 1000)
    looks, real = [], fence.read
    fence.read = lambda host: looks.append(host) or real(host)
    try:
        guarded(lambda: len(looks) > 5)
    finally:
        fence.read = real
    assert process.poll() is None and hypervisor.on == {"a", "b", "c"}
