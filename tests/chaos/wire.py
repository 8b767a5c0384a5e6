"""A network namespace and the wire that joins it to the machine, which can be cut, made slow and made to lose packets.

The kernel's own way (tc netem) is a module that many kernels lack; here two tun devices are joined by a thread of the
test, that reads each packet at one end and writes it, later or never, at the other.
"""
import contextlib
import fcntl
import heapq
import itertools
import os
import random
import select
import socket
import struct
import subprocess
import threading
import time
import uuid

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_numbers = itertools.count(os.getpid() % 16000)


def _tun(name: str) -> int:
    """A file whose reads and writes are the packets of a new interface."""
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22s", name.encode(), IFF_TUN | IFF_NO_PI, b""))
    return file


def _ip(*command: str) -> None:
    subprocess.run(["ip", *command], check=True)


class Site:
    """``with Site() as site:`` processes started by ``popen`` see nothing but ``site.outside``, this machine's address
    on the wire, where ``forward`` makes a port of its loopback reachable.  ``site.inside`` is the namespace's own.

    ``delay``: seconds that a packet takes in each direction; ``loss``: share of packets that vanish.
    """

    def __init__(self):
        tag, number = uuid.uuid4().hex[:6], next(_numbers)
        self.name, self._ends = f"nlt{tag}", (f"nlt{tag}a", f"nlt{tag}b")
        # a /30 each of 10.254.0.0/16
        base = (number * 4) % 65536
        self.outside, self.inside = (f"10.254.{base >> 8}.{(base & 255) + last}" for last in (1, 2))
        self.delay, self.loss = 0.0, 0.0
        self._is_cut = lambda packet: False
        self._undo = contextlib.ExitStack()
        self._stop = threading.Event()

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            _ip("netns", "add", self.name)
            undo.callback(_ip, "netns", "del", self.name)
            files = [_tun(name) for name in self._ends]
            for file in files:
                undo.callback(os.close, file)
            near, far = self._ends
            _ip("link", "set", far, "netns", self.name)
            _ip("addr", "add", f"{self.outside}/30", "dev", near)
            _ip("-n", self.name, "addr", "add", f"{self.inside}/30", "dev", far)
            for command in (("link", "set", near, "up"), ("-n", self.name, "link", "set", far, "up"),
                            ("-n", self.name, "link", "set", "lo", "up")):
                _ip(*command)
            carrier = threading.Thread(target=self._carry, args=(dict(zip(files, reversed(files), strict=True)),),
                                       daemon=True)
            carrier.start()
            undo.callback(carrier.join)
            undo.callback(self._stop.set)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *exc_info):
        self._undo.close()

    @contextlib.contextmanager
    def cut(self, port: int | None = None):
        """In the block no packet gets through (or none of the TCP port of ``outside``); neither side is told."""
        self._is_cut = lambda packet: port is None or port in _ports(packet)
        try:
            yield
        finally:
            self._is_cut = lambda packet: False

    def popen(self, *command, **kwargs) -> subprocess.Popen:
        """A process in the namespace, ended with it."""
        process = subprocess.Popen(["ip", "netns", "exec", self.name, *command], stdin=subprocess.DEVNULL, **kwargs)
        self._undo.callback(_end, process)
        return process

    def forward(self, port: int) -> int:
        """Connections to ``outside`` and the port that this returns go to the port on the loopback."""
        server = socket.create_server((self.outside, 0))
        threading.Thread(target=_accept, args=(server, port), daemon=True).start()
        self._undo.callback(server.close)
        self._undo.callback(server.shutdown, socket.SHUT_RDWR)
        return server.getsockname()[1]

    def _carry(self, other: dict[int, int]) -> None:
        waiting: list[tuple[float, int, int, bytes]] = []           # (due, order, to, packet)
        order = itertools.count()
        while not self._stop.is_set():
            pause = min(0.2, max(0.0, waiting[0][0] - time.monotonic())) if waiting else 0.2
            for file in select.select(list(other), [], [], pause)[0]:
                with contextlib.suppress(BlockingIOError):
                    packet = os.read(file, 65536)
                    if random.random() >= self.loss and not self._is_cut(packet):
                        heapq.heappush(waiting, (time.monotonic() + self.delay, next(order), other[file], packet))
            while waiting and waiting[0][0] <= time.monotonic():
                _due, _order, to, packet = heapq.heappop(waiting)
                with contextlib.suppress(OSError):                  # its end is not up yet, or not any more
                    os.write(to, packet)


def _ports(packet: bytes) -> tuple[int, int]:
    """Source and destination of an IPv4 packet; the header's length is in 32-bit words."""
    return struct.unpack_from("!HH", packet, (packet[0] & 15) * 4) if packet[0] >> 4 == 4 else (0, 0)


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _accept(server: socket.socket, port: int) -> None:
    with contextlib.suppress(OSError):                              # closed
        while True:
            near, _address = server.accept()
            try:
                far = socket.create_connection(("127.0.0.1", port))
            except OSError:                                         # who should be there is away
                near.close()
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
