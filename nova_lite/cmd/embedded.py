"""nova-lite-embedded: the embedded identity, image and network services as a process of their own."""
import threading

from nova_lite.cmd import service, wiring
from nova_lite.embedded import app, server


def make_app():
    """The WSGI app, for a process that serves it itself."""
    return app.make_app()


def run(stop: threading.Event, bound) -> None:
    """Serve at the socket until ``stop`` is set.  Raises NovaLiteError, OSError when that is not possible."""
    server.serve(make_app(), bound, stop)


def main() -> None:
    prog = "nova-lite-embedded"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        run(service.until_signalled(), wiring.embedded_socket())
