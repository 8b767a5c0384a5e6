"""Work of several threads that is done at once."""
import threading
from concurrent import futures

import pytest

from nova_lite.together import Together


class Work:
    """The first batch waits for ``go``; ``batches`` are those that were done."""

    def __init__(self):
        self.batches, self.begun, self.go = [], threading.Event(), threading.Event()

    def __call__(self, waiting):
        self.batches.append([one.item for one in waiting])
        if len(self.batches) == 1:
            self.begun.set()
            assert self.go.wait(10)
        for one in waiting:
            if one.item < 0:
                one.error = ValueError(one.item)
            elif not one.item:
                raise KeyboardInterrupt
            one.result = one.item * 10


def run(items, most=8, **more):
    """What came of the items: the first one is at work when the others come."""
    work = Work()
    together = Together(work, most, **more)
    with futures.ThreadPoolExecutor(len(items)) as pool:
        told = [pool.submit(together.do, items[0])]
        assert work.begun.wait(10)
        for n, item in enumerate(items[1:], 1):
            told.append(pool.submit(together.do, item))
            while len(together._waiting) < n:
                pass
        work.go.set()
        found = [one.exception(10) or one.result() for one in told]
    assert not together._busy
    return found, work.batches


def test_those_who_wait_are_done_at_once():
    assert run([1, 2, 3, 4]) == ([10, 20, 30, 40], [[1], [2, 3, 4]])


def test_a_batch_has_a_size():
    assert run([1, 2, 3, 4, 5], most=2)[1] == [[1], [2, 3], [4, 5]]
    assert run([1, 9, 2, 3], most=5, size=lambda item: item)[1] == [[1], [9], [2, 3]]


def test_each_has_its_own_error():
    found, _batches = run([1, -2, 3])
    assert found[0::2] == [10, 30]
    assert isinstance(found[1], ValueError)


@pytest.mark.parametrize("position", [0, 1])
def test_who_breaks_down_leaves_nobody_waiting(position):
    found, batches = run([1, 2, 3, 4][:position] + [0, 2, 3], most=1 if position == 0 else 8)
    assert isinstance(found[position], KeyboardInterrupt)
    assert len(batches) == (3 if position == 0 else 2)
