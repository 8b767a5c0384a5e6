"""The guests of one fake host, kept in a journal, so that a restart finds them.

Its log (``<host>.log`` beside it) has a line for each start and end of a guest: the tests' witness that no uuid ever
ran twice.  A start is told before it is done and an end after, and what a kill kept from being told is told at the
next start, so a guest never runs when the log says that it does not.
"""
import json
import os
import pathlib
import threading

from nova_lite import exceptions, states
from nova_lite.conf import CONF
from nova_lite.trace import now
from nova_lite.virt.driver import ComputeDriver

IN_MEMORY = (states.RUNNING, states.POWER_PAUSED)         # a paused guest is there, too: a second one must not be


class FakeJournal(ComputeDriver):
    """A part of FakeDriver."""

    def __init__(self, host, images, network):
        super().__init__(host, images, network)
        directory = pathlib.Path(CONF.state_path) / "fake"
        self._file, self._log = directory / f"{host}.journal", directory / f"{host}.log"
        self._lock = threading.RLock()
        self._guests: dict[str, dict] = {}        # by uuid; what a guest has left behind by another key
        self._journal = None

    def _open(self) -> None:
        """Raises OSError."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._guests = self._replay()
        partial = self._file.with_suffix(".part")
        partial.write_text("".join(json.dumps([uuid, guest]) + "\n" for uuid, guest in self._guests.items()))
        os.replace(partial, self._file)
        self._journal = open(self._file, "a", buffering=1)

    def _replay(self) -> dict[str, dict]:
        """The guests that the journal tells of; a last line that was cut by a kill is nothing."""
        guests: dict[str, dict] = {}
        if self._file.exists():
            for line in self._file.read_text().splitlines():
                try:
                    uuid, guest = json.loads(line)
                except ValueError:
                    continue
                guests.pop(uuid, None)
                if guest is not None:
                    guests[uuid] = guest
        return guests

    def _tell_of_ends(self) -> None:
        """Of guests that the log has running and that do not run."""
        running = {}
        for line in self._log.read_text().splitlines() if self._log.exists() else ():
            _at, uuid, verb, _word, attempt = line.split()
            running.pop(uuid, None)
            if verb == "starts":
                running[uuid] = attempt
        for uuid, attempt in running.items():
            if self._guests.get(uuid, {}).get("power_state") not in IN_MEMORY:
                self._tell(uuid, "ends", attempt)

    def _existing(self, uuid: str) -> dict:
        with self._lock:
            if uuid not in self._guests:
                raise exceptions.GuestNotFound(instance_id=uuid)
            return self._guests[uuid]

    def _in_memory(self, uuid: str) -> None:
        """Raises GuestNotFound when it is off."""
        if self._existing(uuid)["power_state"] not in IN_MEMORY:
            raise exceptions.GuestNotFound(instance_id=uuid)

    def _power(self, uuid: str, power_state: int) -> None:
        with self._lock:
            guest = self._guests[uuid]
            before, after = guest["power_state"] in IN_MEMORY, power_state in IN_MEMORY
            starts, ends = after and not before, before and not after
            if starts:
                self._tell(uuid, "starts", guest["attempt"])
            self._set(uuid, power_state=power_state, **({"saved": False} if after else {}))
            if ends:
                self._tell(uuid, "ends", guest["attempt"])

    def _tell(self, uuid: str, verb: str, attempt) -> None:
        with open(self._log, "a") as log:
            log.write(f"{now().isoformat()} {uuid} {verb} attempt {attempt}\n")

    def _forget(self, key: str) -> dict | None:
        """What there was."""
        gone = self._guests.pop(key, None)
        if gone is not None:
            self._journal.write(json.dumps([key, None]) + "\n")
        return gone

    def _set(self, uuid: str, **values) -> None:
        self._guests.setdefault(uuid, {}).update(values)
        self._journal.write(json.dumps([uuid, self._guests[uuid]]) + "\n")
