"""The lease of a host that fences itself: on file, over, closed, opened."""
import pytest

from nova_lite import states
from nova_lite.cmd import service
from nova_lite.compute import fence
from nova_lite.compute.fence import Fence, Lease
from nova_lite.compute.orders import OrderBook
from nova_lite.conf import CONF
from nova_lite.models import Guest, Order


class Driver:
    def __init__(self):
        self.on, self.broken = {"a", "b", "c"}, set()

    def guests(self):
        return [Guest(uuid, 1, states.RUNNING if uuid in self.on else states.SHUTDOWN) for uuid in "abcd"]

    def switch_off(self, uuid):
        if uuid in self.broken:
            raise RuntimeError("stuck")
        self.on.discard(uuid)


@pytest.fixture
def seconds(tmp_path, monkeypatch):
    """The clock, a list of one number."""
    service.load("test", [])
    CONF.set_override("state_path", str(tmp_path))
    CONF.set_override("fence_after", 60, group="compute")
    found = [1000.0]
    monkeypatch.setattr(fence, "clock", lambda: found[0])
    yield found
    CONF.reset()
    CONF.clear()


@pytest.fixture
def driver():
    return Driver()


@pytest.fixture
def made(seconds, driver):
    found = Fence("h1", driver, OrderBook())
    found.open(seconds[0])
    return found


def test_the_file(seconds, tmp_path, monkeypatch):
    assert fence.read("h1") == Lease()
    fence.write("h1", Lease(1060.5, closed=True))
    assert fence.read("h1") == Lease(1060.5, closed=True)
    assert fence.read("h2") == Lease()
    fence.write("h1", Lease())
    assert not list(tmp_path.iterdir())


def test_a_file_that_was_cut_off_counts_as_over(seconds, tmp_path):
    (tmp_path / "h1.lease").write_text("1234")
    assert fence.read("h1").is_over()


def test_after_a_boot_there_is_no_lease(seconds, tmp_path, monkeypatch):
    fence.write("h1", Lease(1.0))
    other = tmp_path / "boot_id"
    other.write_text("another\n")
    monkeypatch.setattr(fence, "BOOT_ID", other)
    assert fence.read("h1") == Lease()


def test_it_stops_the_guests_when_it_is_not_renewed(made, seconds, driver):
    seconds[0] += 50
    made.renew(asked_at=1030)
    seconds[0] = 1089.9
    made.look()
    assert driver.on == {"a", "b", "c"}
    seconds[0] = 1090.0
    driver.broken.add("b")
    made.look()
    assert driver.on == {"b"} and made.closed()
    driver.broken.clear()
    driver.on.add("c")                               # started by somebody meanwhile
    made.look()
    assert driver.on == set()


def test_a_late_confirmation_does_not_open_it(made, seconds):
    seconds[0] = 1061
    made.renew(asked_at=1059)                        # this process slept: nobody has looked yet
    assert made.closed() and fence.read("h1") == Lease(1060.0, closed=True)
    made.open(asked_at=1000)                         # this took too long
    assert made.closed()
    made.open(asked_at=1061)
    assert not made.closed() and fence.read("h1") == Lease(1121.0)


def test_what_was_at_work_when_it_closed_does_not_go_on(seconds, driver):
    book = OrderBook()
    made = Fence("h1", driver, book)
    made.open(seconds[0])
    order = Order(1, "a", "build", "build_and_run_instance", 1)
    book.accept(order)
    seconds[0] = 1060
    assert made.closed()
    made.open(1060)
    with pytest.raises(Exception, match="lost its lease"):
        book.check_doomed("a")
    book.check_doomed("b")
    assert book.finish(order, object()) is None, "and is not reported"
    assert book.accept(order) is None, "but may be done when it is sent again"
    book.check_doomed("a")


def test_a_service_that_is_started_again_goes_on_with_the_lease(made, seconds, driver):
    seconds[0] = 1100
    again = Fence("h1", driver, OrderBook())
    again.start()
    try:
        assert again.closed()
    finally:
        again.stop()


def test_without_the_option_nothing_is_promised(made, seconds):
    CONF.set_override("fence_after", 0, group="compute")
    made.open(seconds[0])
    seconds[0] += 1e6
    assert not made.closed() and fence.read("h1") == Lease()
