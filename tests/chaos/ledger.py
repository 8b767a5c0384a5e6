"""What was asked of a cloud and what it answered: the other half of the promise that nothing accepted is lost."""
import dataclasses
import threading


@dataclasses.dataclass
class Ledger:
    """``created`` {uuid: name} and ``requests`` [(uuid, request id)] were accepted; of ``unanswered`` names of creates
    nobody knows.  ``deleted``: uuids whose delete was accepted; ``maybe_deleted``: it was not answered.
    ``hopeless``: uuids of servers that no host can have, which is what they are for."""

    created: dict[str, str] = dataclasses.field(default_factory=dict)
    requests: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    unanswered: set[str] = dataclasses.field(default_factory=set)
    deleted: set[str] = dataclasses.field(default_factory=set)
    maybe_deleted: set[str] = dataclasses.field(default_factory=set)
    hopeless: set[str] = dataclasses.field(default_factory=set)
    samples: list[dict[str, tuple]] = dataclasses.field(default_factory=list)
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock, repr=False)

    def sample(self, servers: list[dict]) -> None:
        """Note the states that the API shows of servers at a moment."""
        self.samples.append({server["id"]: (server["OS-EXT-STS:vm_state"], server["OS-EXT-STS:task_state"])
                             for server in servers})

    def living(self) -> list[str]:
        """Uuids of created servers whose delete was not asked for."""
        with self.lock:
            return [uuid for uuid in self.created if uuid not in self.deleted and uuid not in self.maybe_deleted]
