"""nova_lite.rpc.executor: threads come with the work and go when there is none."""
import threading
import time

import pytest

from nova_lite.rpc import executor as executors

SECONDS = 10.0                  # at most, for what takes no time


@pytest.fixture
def executor():
    found = executors.Executor(8)
    yield found
    found.shutdown()


class Held:
    """Work that goes on until it is told to end."""

    def __init__(self, executor, count: int):
        self._end, self._begun = threading.Event(), threading.Barrier(count + 1)
        self.futures = [executor.submit(self._work) for _ in range(count)]
        self._begun.wait(SECONDS)

    def _work(self) -> threading.Thread:
        self._begun.wait(SECONDS)
        assert self._end.wait(SECONDS)
        return threading.current_thread()

    def end(self) -> set[threading.Thread]:
        self._end.set()
        return {future.result(SECONDS) for future in self.futures}


def eventually(condition) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)


def rested(executor) -> None:
    """A future has its result a moment before its work counts as done."""
    eventually(lambda: not executor._busy)


def test_no_more_threads_than_there_is_work_at_once(executor):
    for _ in range(50):
        executor.submit(int).result(SECONDS)
    threads = Held(executor, 3).end()
    assert len(threads) == 3 and len(executor._pool._threads) <= 4
    assert len(Held(executor, 8).end()) == 8


def test_threads_without_work_end_and_others_come(executor):
    threads = Held(executor, 6).end()
    rested(executor)
    assert executor.let_go()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    assert not threads & Held(executor, 6).end()


def test_none_ends_while_there_is_work(executor):
    held = Held(executor, 6)
    assert not executor.let_go()
    threads = held.end()
    assert all(thread.is_alive() for thread in threads)


def test_a_few_may_stay(executor):
    threads = Held(executor, executors.FEW).end()
    rested(executor)
    assert not executor.let_go() and all(thread.is_alive() for thread in threads)


def test_what_has_come_is_done_before_it_ends(executor):
    held, done = Held(executor, 8), []
    last = executor.submit(done.append, 1)
    ending = threading.Thread(target=executor.shutdown)
    ending.start()
    eventually(lambda: executor._ended)
    held.end()
    ending.join(SECONDS)
    assert done == [1] and last.done() and not ending.is_alive()
    assert not executor.let_go()
    with pytest.raises(RuntimeError):
        executor.submit(int)


def test_work_that_fails_counts_as_done(executor):
    futures = [executor.submit(int, "no number") for _ in range(6)]
    for future in futures:
        with pytest.raises(ValueError):
            future.result(SECONDS)
    rested(executor)


def test_all_of_a_process_are_asked(executor):
    threads = Held(executor, 6).end()
    rested(executor)
    executors.let_go()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
