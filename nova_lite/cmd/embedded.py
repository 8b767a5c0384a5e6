"""nova-lite-embedded: the embedded identity, image and network services as a process of their own."""
import threading

from nova_lite import exceptions
from nova_lite.cmd import service
from nova_lite.conf import CONF
from nova_lite.embedded import app, server


def make_app():
    """The WSGI app, for a process that serves it itself."""
    return app.make_app()


def run(stop: threading.Event) -> None:
    """Serve as configured until ``stop`` is set.  Raises NovaLiteError when that is not possible."""
    with service.listen(CONF.embedded.listen, CONF.embedded.port, "[embedded] port") as bound:
        server.serve(make_app(), bound, stop)


def main() -> None:
    service.load("nova-lite-embedded")
    try:
        service.check_database()
        run(service.until_signalled())
    except (exceptions.NovaLiteError, OSError) as error:
        service.fatal("nova-lite-embedded", error)
