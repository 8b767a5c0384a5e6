"""May this image come in?  Asked as soon as an upload's headers are there, before its body is taken.

The question goes through the service's own door (token, role, image, status), in a thread of its own: a strategy may
take its time to look at a token, and the server's loop must not wait.
"""
import concurrent.futures
import contextlib
import logging

import webob
from waitress import utilities

from nova_lite.api.auth import AuthMiddleware
from nova_lite.conf import CONF
from nova_lite.embedded.app import Mounts
from nova_lite.embedded.image import routes as image
from nova_lite.http_server import Channel, Parser

LOG = logging.getLogger(__name__)


class Refused(utilities.Error):
    """waitress's form of an app's answer."""

    def __init__(self, answer: webob.Response):
        super().__init__("")
        self._answer = answer

    def to_response(self, ident=None):
        kept = [(name, value) for name, value in self._answer.headerlist if name.lower() != "content-length"]
        return self._answer.status, kept, self._answer.body


class Gate:
    """Asks for all uploads of one server."""

    def __init__(self):
        self._app = Mounts({"/image": AuthMiddleware(image.make_admission(), CONF.api.auth_strategy,
                                                     accept_embedded=True)})
        self._pool = concurrent.futures.ThreadPoolExecutor(2, "admission")

    def ask(self, request: Parser, settled) -> None:
        """``settled(answer)`` is called in another thread with the app's answer: 204 when the upload may come."""
        headers = {name.replace("_", "-"): value for name, value in request.headers.items()}
        question = webob.Request.blank(request.path, method="PUT", headers=headers)

        def answer():
            try:
                settled(question.get_response(self._app))
            except Exception:
                LOG.exception("an upload could not be admitted")
                settled(webob.Response(status=500))
        self._pool.submit(answer)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


class UploadChannel(Channel):
    """Reads no further while the gate is asked; its server has the ``gate``."""

    _asked: Parser | None = None

    def readable(self):
        return self._asked is None and super().readable()

    def ask(self, request: Parser) -> None:
        self._asked = request
        wants_continue, request.expect_continue = request.expect_continue, False

        def settled(answer: webob.Response):
            with contextlib.suppress(OSError):                     # the server has ended
                self.server.trigger.pull_trigger(lambda: self._settle(request, answer, wants_continue))
        self.server.gate.ask(request, settled)

    def _settle(self, request: Parser, answer: webob.Response, wants_continue: bool) -> None:
        """In the server's loop again."""
        with self.requests_lock:
            self._asked = None
            if self.request is not request or not self.connected:
                return                      # it was small and is with the app already, or the client has gone
            if answer.status_int < 300:
                if wants_continue:
                    self.send_continue()
                return
            request.error, request.completed, self.refused = Refused(answer), True, True
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)
