"""Waiting for what a test expects to come."""
import time


def wait(condition, seconds, what="not in time"):
    """The first true value of ``condition()``; after ``seconds`` an AssertionError that says ``what`` (a text, or a
    function that makes one)."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, what() if callable(what) else what
        time.sleep(0.2)
    return found
