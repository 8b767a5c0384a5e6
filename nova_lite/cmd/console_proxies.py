"""nova-lite-novncproxy and nova-lite-serialproxy: consoles for browsers.  The supervisor has both in one process."""
import contextlib
import logging
import threading
from collections.abc import Sequence

from nova_lite import exceptions
from nova_lite.cmd import service
from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)


def _proxy(protocol: str):
    """Raises NovaLiteError with one clear line when websockify is missing or the port is taken."""
    try:
        from nova_lite.console.proxy import ConsoleProxy
    except ImportError as exc:
        raise exceptions.NovaLiteError(f"consoles need websockify ({exc}); install nova-lite[console]") from exc
    if protocol == "vnc":
        address = str(CONF.vnc.novncproxy_host), CONF.vnc.novncproxy_port
        arguments, option = ("vnc", "novnc", CONF.vnc.novnc_path), "[vnc] novncproxy_host, novncproxy_port"
    else:
        address = str(CONF.serial_console.serialproxy_host), CONF.serial_console.serialproxy_port
        arguments, option = ("serial", "serial"), "[serial_console] serialproxy_host, serialproxy_port"
    try:
        return ConsoleProxy(address, *arguments)
    except OSError as exc:
        raise exceptions.NovaLiteError(f"{option}: {address[0]}:{address[1]} cannot be used: {exc.strerror}") from exc


def run(stop: threading.Event, protocols: Sequence[str], serving=lambda: None) -> None:
    """Serve consoles of these protocols (vnc, serial) until ``stop`` is set."""
    with contextlib.ExitStack() as served:
        for protocol in protocols:
            server = _proxy(protocol)
            if protocol == "vnc" and server.web is None:
                LOG.warning("[vnc] novnc_path: there is no %s, so only clients that bring noVNC reach screens",
                            CONF.vnc.novnc_path)
            LOG.info("consoles (%s) at %s:%s", protocol, *server.server_address[:2])
            served.enter_context(server.served())
        serving()
        stop.wait()


def _main(protocol: str, prog: str) -> None:
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        _proxy(protocol).server_close()
        run(service.until_signalled(), [protocol])


def novnc() -> None:
    _main("vnc", "nova-lite-novncproxy")


def serial() -> None:
    _main("serial", "nova-lite-serialproxy")
