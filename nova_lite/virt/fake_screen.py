"""The screens of fake guests: a VNC server whose picture is one colour, for clients that look at consoles.

It speaks RFB 3.8 (RFC 6143) as far as a viewer needs it to show a picture; what is typed goes nowhere.
"""
import logging
import socketserver
import struct
import threading

from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)
VERSION = b"RFB 003.008\n"
WIDTH, HEIGHT = 64, 48
NO_AUTHENTICATION = 1
# bits per pixel, depth, big-endian, true colour, maxima and shifts of red, green and blue, padding
PIXEL_FORMAT = struct.pack(">BBBBHHHBBB3x", 32, 24, 0, 1, 255, 255, 255, 16, 8, 0)
SET_PIXEL_FORMAT, SET_ENCODINGS, UPDATE_REQUEST, KEY, POINTER, CUT_TEXT = 0, 2, 3, 4, 5, 6
LENGTHS = {SET_PIXEL_FORMAT: 19, SET_ENCODINGS: 3, UPDATE_REQUEST: 9, KEY: 7, POINTER: 5, CUT_TEXT: 7}
SILENCE = 600                   # seconds after which a viewer that says nothing is taken for gone


class _Viewer(socketserver.StreamRequestHandler):
    timeout = SILENCE

    def handle(self):
        try:
            self._shake_hands()
            self._bits = PIXEL_FORMAT[0]
            while kind := self.rfile.read(1):
                if not self._answer(kind[0]):
                    return
        except (OSError, EOFError) as error:
            LOG.debug("a viewer of a fake screen is gone: %s", error)

    def _read(self, length: int) -> bytes:
        found = self.rfile.read(length)
        if len(found) < length:
            raise EOFError("it has hung up")
        return found

    def _shake_hands(self):
        self.wfile.write(VERSION)
        if self._read(len(VERSION)) != VERSION:
            raise EOFError("it speaks another version")
        self.wfile.write(bytes((1, NO_AUTHENTICATION)))
        if self._read(1)[0] != NO_AUTHENTICATION:
            raise EOFError("it wants another authentication")
        self.wfile.write(struct.pack(">I", 0))
        self._read(1)                                       # whether the screen is shared: it is
        name = f"fake guest on {self.server.host}".encode()
        self.wfile.write(struct.pack(">HH16sI", WIDTH, HEIGHT, PIXEL_FORMAT, len(name)) + name)

    def _answer(self, kind: int) -> bool:
        """False: what it says is not of the protocol."""
        if kind not in LENGTHS:
            return False
        rest = self._read(LENGTHS[kind])
        if kind == SET_PIXEL_FORMAT:
            self._bits = rest[3]
            return self._bits in (8, 16, 32)
        if kind == SET_ENCODINGS:
            self._read(4 * struct.unpack(">xH", rest)[0])
        elif kind == CUT_TEXT:
            remaining = struct.unpack(">3xI", rest)[0]
            while remaining:
                remaining -= len(self._read(min(remaining, 1 << 16)))
        elif kind == UPDATE_REQUEST and not rest[0]:        # of what has changed nothing is told: nothing does
            self.wfile.write(struct.pack(">BxHHHHHi", 0, 1, 0, 0, WIDTH, HEIGHT, 0)
                             + bytes(WIDTH * HEIGHT * self._bits // 8))
        return True


class FakeScreen(socketserver.ThreadingTCPServer):
    """One for all guests of a host; listens on a free port of [vnc] server_listen until ``close``."""

    daemon_threads = True

    def __init__(self, host: str):
        self.host = host
        super().__init__((str(CONF.vnc.server_listen), 0), _Viewer)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, name="fake screen",
                         daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def close(self) -> None:
        self.shutdown()
        self.server_close()
