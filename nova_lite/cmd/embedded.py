"""nova-lite-embedded: the embedded identity, image and network services as a process of their own."""
import signal
import sys
import threading

from oslo_log import log

from nova_lite import conf, exceptions
from nova_lite.conf import CONF
from nova_lite.embedded import app, server


def make_app():
    """The WSGI app, for a process that serves it itself."""
    return app.make_app()


def run(stop: threading.Event) -> None:
    """Serve as configured until ``stop`` is set.  Raises NovaLiteError when that is not possible."""
    with server.listen(CONF.embedded.listen, CONF.embedded.port) as bound:
        server.use_image_disk_for_uploads()
        server.serve(app.make_app(), bound, stop)


def main() -> None:
    log.register_options(CONF)
    conf.load(sys.argv[1:], prog="nova-lite-embedded")
    log.setup(CONF, "nova-lite-embedded")
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_args: stop.set())
    try:
        run(stop)
    except (exceptions.NovaLiteError, OSError) as exc:
        sys.exit(f"nova-lite-embedded: {exc}")
