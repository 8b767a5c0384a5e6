"""Serves the embedded app with waitress, until told to stop."""
import contextlib
import logging
import re
import socket
import tempfile
import threading

from waitress import buffers, utilities

from nova_lite import http_server
from nova_lite.conf import CONF
from nova_lite.embedded.admission import Gate, UploadChannel
from nova_lite.embedded.image import files

LOG = logging.getLogger(__name__)
THREADS = 8
MOST_BODY = 1 << 20                     # bytes of any request but an image's upload
_UPLOAD = re.compile(r"^/image/v2/images/[^/]+/file/?$")


class _Limits:
    """waitress's settings with another limit of the body; everything else is read through."""

    def __init__(self, settings, max_request_body_size: int):
        self._settings, self.max_request_body_size = settings, max_request_body_size

    def __getattr__(self, name):
        return getattr(self._settings, name)


class _ImageDiskFile(buffers.TempfileBasedBuffer):
    def newfile(self):
        return tempfile.TemporaryFile("w+b", dir=files.folder())


class _UploadBuffer(buffers.OverflowableBuffer):
    """A whole image belongs on the images' disk while it comes in, not in a small /tmp.

    ``full``: the disk was; what came is gone, and what comes is dropped, so that the client hears the answer.
    """

    full = False

    def append(self, s):
        if self.full:
            return
        try:
            super().append(s)
        except OSError as exc:
            if not files.is_full(exc):
                raise
            LOG.error("[embedded] image_path %s: %s", files.folder(), exc.strerror)
            self.full = True
            if self.buf is not None:
                # the file's own buffer still holds what did not fit, and fails again at the first close
                with contextlib.suppress(OSError):
                    self.buf.close()
            self.buf, self.strbuf = None, b""

    def _set_large_buffer(self):
        self.buf = _ImageDiskFile(self.buf)
        self.overflowed = True


class _Parser(http_server.Parser):
    """Only uploads may be large, and take their time; and they are let in before they are taken in."""

    def parse_header(self, header_plus):
        super().parse_header(header_plus)
        if not (self.command == "PUT" and _UPLOAD.match(self.path)):
            self.adj = _Limits(self.adj, MOST_BODY)
        elif self.body_rcv is not None:
            self.body_rcv.buf, self.time_limit = _UploadBuffer(self.adj.inbuf_overflow), None
            self.channel.ask(self)

    def received(self, data):
        consumed = super().received(data)
        if self.completed and self.error is None and getattr(getattr(self.body_rcv, "buf", None), "full", False):
            self.error = utilities.RequestEntityTooLarge(files.NO_SPACE)     # what Glance answers, too
        return consumed


class _Channel(UploadChannel):
    def parser_class(self, adj):
        return _Parser(adj, self)


def serve(app, bound: socket.socket, stop: threading.Event) -> None:
    """Answer requests until ``stop`` is set; those begun are finished."""
    server = http_server.create(app, bound, threads=THREADS, most_body=CONF.embedded.image_size_cap, ident="nova-lite",
                                clear_untrusted_proxy_headers=True, channel_class=_Channel)
    server.gate = Gate()
    try:
        http_server.run(server, stop)
    finally:
        server.gate.close()
