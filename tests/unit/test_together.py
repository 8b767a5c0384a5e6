"""Work of several threads that is done at once."""
import threading
from concurrent import futures

import pytest

from nova_lite.together import Asked, Together


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


def test_the_items_of_one_thread_are_done_at_once():
    work = Work()
    work.go.set()
    together = Together(work, 2)
    found = together.do_all([1, 2, -3])
    assert [one.result for one in found] == [10, 20, -30] and isinstance(found[2].error, ValueError)
    assert work.batches == [[1, 2], [-3]] and together.do_all([]) == [] and together.do(5) == 50


def test_whoever_has_waited_long_enough_works_alone():
    work = Work()
    together = Together(work, 8, patience=0.05)
    with futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(together.do, 1)
        assert work.begun.wait(10)
        assert together.do(2) == 20
        assert not first.done()
        work.go.set()
        assert first.result(10) == 10
    assert work.batches == [[1], [2]] and together.do(3) == 30 and not together._waiting


def test_a_question_is_asked_once_for_all_who_wait_and_never_answered_by_an_older_answer():
    asked, begun, go, questions = Asked(), threading.Event(), threading.Event(), []

    def question(key):
        questions.append(key)
        asked_before = questions.count(key)
        begun.set()
        assert go.wait(10)
        if key == "bad":
            raise ValueError(key)
        return asked_before

    def ask(key):
        return pool.submit(asked.ask, key, lambda: question(key))
    with futures.ThreadPoolExecutor(8) as pool:
        first = ask("a")
        assert begun.wait(10)
        others, bad = [ask("a") for _ in range(3)], [ask("bad") for _ in range(2)]
        while asked._keys.get("a", [None, 0])[1] < 4 or asked._keys.get("bad", [None, 0])[1] < 2:
            pass
        go.set()
        assert first.result(10) == 1
        assert [one.result(10) for one in others] == [2, 2, 2]
        assert all(isinstance(one.exception(10), ValueError) for one in bad)
    assert questions.count("a") == 2 and questions.count("bad") == 2 and not asked._keys
