"""Services of one process, each in a thread of its own, started and stopped by name.  The all-in-one process's."""
import logging
import threading
import time
from collections.abc import Callable

from nova_lite import exceptions
from nova_lite.cmd import service

LOG = logging.getLogger(__name__)
START, STOP = 60, 30                    # seconds that a service gets


class _Running:
    thread: threading.Thread

    def __init__(self):
        self.stop, self.serving = threading.Event(), threading.Event()
        self.parts: dict = {}
        self.error: BaseException | None = None


class ServiceThreads:
    """``add`` makes a service known; ``start`` returns when it serves, ``stop`` when it has ended."""

    def __init__(self):
        self._runs: dict[str, Callable] = {}
        self._running: dict[str, _Running] = {}

    def add(self, name: str, run: Callable, *args) -> None:
        """``run(stop, *args, serving=callback)``, one of ``cmd.wiring``'s: until ``stop``, an Event, is set."""
        self._runs[name] = lambda stop, serving: run(stop, *args, serving=serving)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._runs)

    @property
    def running(self) -> tuple[str, ...]:
        return tuple(self._running)

    def start(self, *names: str) -> None:
        """Those that do not run yet, side by side.  Raises NovaLiteError when one does not come to serve."""
        for name in names:
            if name not in self._running:
                running = self._running[name] = _Running()
                running.thread = threading.Thread(target=self._run, args=(name, running), name=name, daemon=True)
                running.thread.start()
        until = time.monotonic() + START
        for name in names:
            while not self._running[name].serving.wait(0.1):
                self.check()
                if time.monotonic() > until:
                    raise exceptions.NovaLiteError(f"{name} did not start within {START} s")

    def _run(self, name, running):
        def serving(**parts):
            running.parts = parts
            running.serving.set()
        try:
            self._runs[name](running.stop, serving)
        except BaseException as error:
            if not isinstance(error, (exceptions.NovaLiteError, OSError, SystemExit)):
                LOG.exception("%s ended with an error", name)
            running.error = error

    def stop(self, *names: str) -> None:
        """Side by side; without names all."""
        ending = [running for name in names or tuple(self._running) if (running := self._running.pop(name, None))]
        for running in ending:
            running.stop.set()
        for running in ending:
            running.thread.join(STOP)

    def parts(self, name: str) -> dict:
        """What a running service says it is made of, for those who look inside (tests)."""
        return self._running[name].parts

    def check(self) -> None:
        """Raises NovaLiteError when a service has ended by itself."""
        for name, running in self._running.items():
            if running.error is not None:
                raise exceptions.NovaLiteError(f"{name}: {service.one_line(running.error)}") from running.error
