"""What a user asks for on each way of tests.places, from which state, and where the server should be after it."""
import itertools
import time

from tests.chaos.user import Refused, Unanswered, User
from tests.places import FAILS, WAYS, Place, all_places

ENDS = {"change the password": "ACTIVE", "trigger a crash dump": "ACTIVE",
        "attach an interface": "ACTIVE", "detach an interface": "ACTIVE",
        "create": "ACTIVE", "start": "ACTIVE", "stop": "SHUTOFF", "reboot": "ACTIVE", "pause": "PAUSED",
        "unpause": "ACTIVE", "suspend": "SUSPENDED", "resume": "ACTIVE", "rebuild": "ACTIVE",
        "rescue": "RESCUE", "unrescue": "ACTIVE",
        "createImage": "ACTIVE", "createImage without room": "ACTIVE", "createBackup": "ACTIVE",
        "resize": "VERIFY_RESIZE", "confirm resize": "ACTIVE", "revert resize": "ACTIVE",
        "soft delete": "SOFT_DELETED", "restore": "ACTIVE",
        "shelve": "SHELVED_OFFLOADED", "unshelve elsewhere": "ACTIVE",
        "delete": None, "delete without a host": None}
# What is done to a new server first, and the status after it; and the actions that have not the way's name, or a value.
BEFORE = {"start": (("os-stop", "SHUTOFF"),), "unpause": (("pause", "PAUSED"),),
          "unshelve elsewhere": (("shelve", "SHELVED_OFFLOADED"),),
          "resume": (("suspend", "SUSPENDED"),), "unrescue": (("rescue", "RESCUE"),),
          "confirm resize": (("resize", "VERIFY_RESIZE"),), "revert resize": (("resize", "VERIFY_RESIZE"),),
          "restore": (("soft delete", "SOFT_DELETED"),)}
BODIES = {"change the password": ("changePassword", {"adminPass": "new"}),
          "trigger a crash dump": ("trigger_crash_dump", None),
          "start": ("os-start", None), "stop": ("os-stop", None), "reboot": ("reboot", {"type": "HARD"}),
          "createImage": ("createImage", {"name": "image"}),
          "createBackup": ("createBackup", {"name": "backup", "backup_type": "daily", "rotation": 1}),
          "unshelve elsewhere": ("unshelve", None),
          "confirm resize": ("confirmResize", None), "revert resize": ("revertResize", None)}
BODIES |= {way: BODIES[way.split()[0]] for way in FAILS}
# Arguments that are made of what the user's cloud has.
ARGUMENTS = {"rebuild": lambda user: {"imageRef": user.image},
             "resize": lambda user: {"flavorRef": user.flavors["m1.tiny"]}}
# No user brings a host down, nor has a server shelved that stays on its host; tests.functional.test_every_step does.
BEYOND_REACH = {"detach on a dead host", "shelveOffload", "unshelve"}
assert ENDS.keys() == WAYS.keys() - BEYOND_REACH
# What is asked for otherwise than as an action: user, uuid -> the request's id.
CALLS = {"attach an interface": User.attach, "detach an interface": User.detach}
_numbers = itertools.count(1)


def reachable() -> list[Place]:
    """Where a process can be killed while a user walks a way."""
    return [place for place in all_places() if place.way not in BEYOND_REACH]


class Way:
    """One walk of a way: ``prepare``, ``ask``, then ``arrive``.  ``ledger`` is told what was accepted."""

    def __init__(self, way: str, user: User, ledger):
        self.way, self.user, self.ledger = way, user, ledger
        self.name = f"{way.replace(' ', '-')}-{next(_numbers)}"
        self.uuid: str | None = None

    def prepare(self) -> "Way":
        """Bring a server into the state in which this may be asked for."""
        if self.way == "create":
            return self
        huge = self.way == "delete without a host"
        self.uuid, request_id = self.user.create(self.name, flavor="m1.huge" if huge else "m1.nano")
        self.ledger.created[self.uuid] = self.name
        self.ledger.requests.append((self.uuid, request_id))
        if huge:
            self.ledger.hopeless.add(self.uuid)
        self._wait("ERROR" if huge else "ACTIVE")
        for action, status in BEFORE.get(self.way, ()):
            self.ledger.requests.append((self.uuid, self._act(action)))
            self._wait(status)
        return self

    def ask(self) -> None:
        """Ask once; an answer that is lost may mean either."""
        try:
            if self.way == "create":
                self.uuid, request_id = self.user.create(self.name)
                self.ledger.created[self.uuid] = self.name
                self.ledger.requests.append((self.uuid, request_id))
            elif ENDS[self.way] is None:
                self.ledger.maybe_deleted.add(self.uuid)
                self.user.delete(self.uuid)
                self.ledger.deleted.add(self.uuid)
            elif self.way in CALLS:
                self.ledger.requests.append((self.uuid, CALLS[self.way](self.user, self.uuid)))
            else:
                if self.way in FAILS:               # at a place that the way does not pass
                    self.user.arm(f"compute.{FAILS[self.way]}.copied", "raise")
                action, argument = BODIES.get(self.way, (self.way, None))
                self.ledger.requests.append((self.uuid, self._act(action, argument)))
        except Unanswered:
            if self.way == "create":
                self.ledger.unanswered.add(self.name)

    def _act(self, action: str, argument: dict | None = None) -> str:
        """The request's id."""
        if action == "soft delete":
            return self.user.soft_delete(self.uuid)
        if action in ARGUMENTS:
            argument = ARGUMENTS[action](self.user)
        return self.user.act(self.uuid, action, argument)

    def arrive(self, seconds: float = 60, **expected) -> None:
        """Wait until the server is where it should be, or has ``status`` (None: gone).  Raises AssertionError."""
        self._wait(expected.get("status", ENDS[self.way]), seconds)

    def _wait(self, status: str | None, seconds: float = 60) -> None:
        until, server = time.monotonic() + seconds, None
        while True:
            try:
                server = self._show()
                if (server["status"] if server else None) == status and not (
                        server and server["OS-EXT-STS:task_state"]):
                    return
            except (Unanswered, Refused):
                pass                                # the API is being started again, or has lost its database
            seen = server and [server.get(key) for key in ("status", "OS-EXT-STS:task_state", "fault")]
            assert time.monotonic() < until, f"{self.name} should be {status}, it is {seen}"
            time.sleep(0.05)

    def _show(self) -> dict | None:
        if self.uuid is None:
            found = self.user.servers(name=self.name)
            assert len(found) <= 1, f"{len(found)} servers were made of one create"
            self.uuid = found[0]["id"] if found else None
        return self.user.show(self.uuid) if self.uuid else None
