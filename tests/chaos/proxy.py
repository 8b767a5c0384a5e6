"""A TCP proxy before a server, which a test makes fail: cut, refuse, delay, swallow, and cut at a database's COMMIT."""
import contextlib
import socket
import threading
import time

# A commit on the wire, whole: MariaDB's COM_QUERY packet, PostgreSQL's Query message.
COMMITS = (b"\x07\x00\x00\x00\x03COMMIT", b"Q\x00\x00\x00\x0bCOMMIT\x00")


class Proxy:
    """``with Proxy(port) as proxy:`` what connects to ``proxy.port`` of loopback is connected to ``port``.

    Set at will: ``refusing`` (new connections are closed at once), ``delay`` (seconds, each way), ``swallowing``
    (what arrives goes nowhere, nobody is told).  ``cut_commits(when, times)``: the connections of the next commits
    are cut ``before`` the server has them or ``after`` it has answered; ``cut_left`` counts those that are still to be.
    """

    def __init__(self, port: int):
        self._target = port
        self._lock = threading.Lock()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._deaf: set[tuple[socket.socket, socket.socket]] = set()     # a commit was sent, no answer may come
        self._cut_when, self.cut_left = "", 0
        self.refusing = self.swallowing = False
        self.delay = 0.0

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()
        return self

    def __exit__(self, *exc_info):
        self._listener.shutdown(socket.SHUT_RDWR)           # wakes who waits in accept()
        self._listener.close()
        self.cut_all()

    def cut_all(self) -> None:
        """End every connection now, in the middle of whatever it carries."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            self._end(pair)

    def cut_commits(self, when: str, times: int = 1) -> None:
        with self._lock:
            self._cut_when, self.cut_left = when, times

    @contextlib.contextmanager
    def away(self):
        """Nobody is there within the block."""
        self.refusing = True
        self.cut_all()
        try:
            yield
        finally:
            self.refusing = False

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self.refusing:
                    raise ConnectionRefusedError
                server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            pair = client, server
            for end in pair:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.add(pair)
            threading.Thread(target=self._carry, args=(pair, client, server), daemon=True).start()
            threading.Thread(target=self._carry, args=(pair, server, client), daemon=True).start()

    def _carry(self, pair, source, sink):
        try:
            while data := source.recv(1 << 16):
                if self.delay:
                    time.sleep(self.delay)
                if self.swallowing:
                    continue
                if source is pair[0] and data in COMMITS:
                    when = self._take_commit()
                    if when == "before":
                        break
                    if when == "after":
                        with self._lock:
                            self._deaf.add(pair)
                elif source is pair[1] and pair in self._deaf:
                    break                           # the answer to a commit that is to be lost
                sink.sendall(data)
        except OSError:
            pass
        self._end(pair)

    def _take_commit(self) -> str:
        with self._lock:
            if not self.cut_left:
                return ""
            self.cut_left -= 1
            return self._cut_when

    def _end(self, pair):
        with self._lock:
            self._pairs.discard(pair)
            self._deaf.discard(pair)
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
