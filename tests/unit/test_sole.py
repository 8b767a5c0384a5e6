"""Of two processes that would be one compute host the second waits for the first."""
import threading

from nova_lite.cmd import service


def test_the_second_waits_for_the_first(tmp_path, caplog):
    stop, served = threading.Event(), []

    def second():
        with service.sole("compute host h1", str(tmp_path / "h1.lock"), stop) as mine:
            served.append(mine)
    with service.sole("compute host h1", str(tmp_path / "h1.lock"), stop) as mine:
        assert mine
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive() and not served
    thread.join(30)
    assert served == [True]
    assert "compute host h1 is still served by another process" in caplog.text


def test_who_waits_can_be_stopped(tmp_path):
    stop, served = threading.Event(), []

    def second():
        with service.sole("compute host h1", str(tmp_path / "h1.lock"), stop) as mine:
            served.append(mine)
    with service.sole("compute host h1", str(tmp_path / "h1.lock"), threading.Event()):
        thread = threading.Thread(target=second)
        thread.start()
        stop.set()
        thread.join(30)
    assert served == [False]
