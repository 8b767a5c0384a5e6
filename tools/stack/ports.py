"""TCP ports: which ones the stack uses, whether they are free, when somebody answers there."""
import dataclasses
import pathlib
import socket

from tools.stack import process
from tools.stack.errors import StackError

DEFAULT_BASE = 8770


@dataclasses.dataclass(frozen=True)
class Ports:
    """All ports of one stack, counted from a base; the default base gives Nova's own 8774 and 8775."""

    base: int = DEFAULT_BASE

    @property
    def compute(self) -> int:
        return self.base + 4

    @property
    def metadata(self) -> int:
        return self.base + 5

    @property
    def embedded(self) -> int:
        return self.base + 10

    @property
    def observability(self) -> int:
        """The first of health and metrics: the API's, then those of the other services."""
        return self.base + 30

    @property
    def novncproxy(self) -> int:
        return self.base + 11

    @property
    def serialproxy(self) -> int:
        return self.base + 12

    @property
    def amqp(self) -> int:
        return self.base + 20

    @property
    def erlang(self) -> int:
        return self.base + 21

    @property
    def epmd(self) -> int:
        return self.base + 22

    @property
    def database(self) -> int:
        return self.base + 23


def free_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def demand_free(port: int, what: str, address: str = "127.0.0.1") -> None:
    """Raises StackError naming the port, what it is for, and who has it."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as exc:
            raise StackError(f"port {port} of {address} is needed for {what}, but cannot be used "
                             f"({exc.strerror}{_holder(port)}); give another --port-base") from exc


def answers(port: int, address: str = "127.0.0.1") -> bool:
    """Somebody accepts connections there."""
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError:
        return False
    return True


def _holder(port: int) -> str:
    inodes = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path("/proc/net", table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for pid in process.all_pids():
        try:
            links = {str(link.readlink()) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir()}
        except OSError:
            continue
        if links & inodes:
            return f", held by process {pid}, {' '.join(process.command_line(pid))[:60]}"
    return ""
