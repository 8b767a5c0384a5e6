"""What is reported of guests: only what nobody ordered, and no reboots."""
import threading

import pytest

from nova_lite import states

libvirt = pytest.importorskip("libvirt")
from nova_lite.virt.libvirt import events  # noqa: E402

UUID = "3f9c2f6e-7f0e-4c0b-9d55-0a1b2c3d4e5f"


class Guest:
    def __init__(self, state, uuid=UUID):
        self.state, self.uuid = state, uuid

    def power(self):
        return self.state, "because"


class Guests:
    """``now`` is what libvirt would say; ``looks`` counts how often it was asked."""

    def __init__(self):
        self.now, self.looked = Guest(states.RUNNING), threading.Semaphore(0)

    def find(self, uuid):
        self.looked.release()
        return self.now

    def all(self):
        return [self.now] if self.now else []


class Watch:
    """A watcher whose settling time is nothing, and what it reported."""

    def __init__(self):
        self.guests, self.reported, self.reconnected = Guests(), [], threading.Event()
        self.watcher = events.LifecycleWatcher(self.guests, self.reported.append, self.reconnected.set)
        self.watcher.start()

    def event(self):
        """One event, looked at."""
        while self.guests.looked.acquire(blocking=False):
            pass
        self.watcher.event(UUID)
        self.settle()

    def settle(self):
        assert self.guests.looked.acquire(timeout=30)
        self.watcher.stop()             # joins: what was looked at is reported by now
        self.watcher._stopping = False
        self.watcher._thread = threading.Thread(target=self.watcher._run, daemon=True)
        self.watcher._thread.start()

    def states(self):
        return [event.power_state for event in self.reported]


@pytest.fixture
def watch(monkeypatch):
    monkeypatch.setattr(events, "SETTLE", 0.0)
    monkeypatch.setattr(events, "RECONNECT", 0.01)
    watch = Watch()
    yield watch
    watch.watcher.stop()


def test_a_guest_that_goes_off_is_reported_once(watch):
    watch.guests.now = Guest(states.SHUTDOWN)
    watch.event()
    watch.event()
    assert watch.states() == [states.SHUTDOWN]
    assert watch.reported[0].reason == "because"


def test_a_guest_that_is_off_and_on_again_did_nothing(watch):
    watch.event()
    assert watch.states() == []


def test_a_guest_whose_domain_is_gone_is_off(watch):
    watch.guests.now = None
    watch.event()
    assert watch.states() == [states.SHUTDOWN]


def test_what_is_ordered_is_not_reported(watch):
    with watch.watcher.ordered(UUID, states.SHUTDOWN):
        watch.guests.now = Guest(states.SHUTDOWN)
        watch.watcher.event(UUID)
    watch.settle()
    watch.event()
    assert watch.states() == []


def test_a_guest_that_dies_while_we_start_it_is_reported(watch):
    watch.guests.now = Guest(states.SHUTDOWN)
    with watch.watcher.ordered(UUID, states.RUNNING):
        pass
    watch.settle()
    assert watch.states() == [states.SHUTDOWN]


def test_after_an_order_that_failed_the_guest_is_known_as_it_is(watch):
    with pytest.raises(RuntimeError), watch.watcher.ordered(UUID, states.RUNNING):
        watch.guests.now = Guest(states.SHUTDOWN)
        raise RuntimeError
    watch.event()
    assert watch.states() == []


def test_what_was_missed_while_libvirtd_was_away_is_seen_afterwards(watch):
    class Connection:
        def domainEventRegisterAny(self, *args):
            watch.guests.now = Guest(states.SHUTDOWN)

    watch.watcher.lost()
    assert watch.reconnected.wait(30)
    watch.watcher.subscribe(Connection())
    watch.settle()
    assert watch.states() == [states.SHUTDOWN]


def test_a_failing_report_does_not_end_the_watch(watch):
    def broken(event):
        raise RuntimeError

    report, watch.watcher._report = watch.watcher._report, broken
    watch.guests.now = Guest(states.SHUTDOWN)
    watch.event()
    watch.watcher._report = report
    watch.guests.now = Guest(states.RUNNING)
    watch.event()
    assert watch.states() == [states.RUNNING]
