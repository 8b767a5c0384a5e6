"""Starts what the services stand on: broker, database server, libvirt, guest image.  Called by up.py."""
import pathlib

from tools.guest import build
from tools.guest.kernel import MissingSource
from tools.stack import config, virtualenv
from tools.stack.errors import StackError
from tools.stack.libvirt import LibvirtDaemons
from tools.stack.progress import Progress
from tools.stack.settings import Settings


class Infrastructure:
    """Each method is a step that does nothing when its work is done.  All raise StackError."""

    def __init__(self, settings: Settings, progress: Progress):
        self._settings, self._progress = settings, progress
        self._node = config.broker(settings)
        self._node_ran = bool(self._node and self._node.running())

    def begin(self) -> None:
        """The broker takes longest: it is only set off here, and waited for in ``wait_for_broker``."""
        if self._node:
            self._node.start()

    def database(self) -> None:
        server = config.database(self._settings)
        if server:
            with self._progress.step(server.NAME) as step:
                if server.running():
                    step.unchanged("already running")
                else:
                    server.start()
                    step.changed(f"listens on 127.0.0.1:{server.port}")

    def libvirt(self) -> None:
        if not self._settings.fake:
            with self._progress.step("libvirt") as step:
                started = LibvirtDaemons(self._settings.run, self._settings.logs).start()
                if started:
                    step.changed(f"started {' and '.join(started)}")
                else:
                    step.unchanged("already running")

    def guest_image(self) -> pathlib.Path | None:
        """None where guests are fake."""
        if self._settings.fake:
            return None
        with self._progress.step("guest image") as step:
            before = _time(virtualenv.CACHE / f"{build.NAME}.qcow2")
            try:
                image = build.build(virtualenv.CACHE)
            except MissingSource as exc:
                raise StackError(f"the guest image cannot be built: {exc}") from exc
            if _time(image) == before:
                step.unchanged("up to date")
            else:
                step.changed(f"built {image}")
        return image

    def wait_for_broker(self) -> None:
        if self._node:
            with self._progress.step("RabbitMQ") as step:
                self._node.wait()
                if self._node_ran:
                    step.unchanged("already running")
                else:
                    step.changed(f"listens on 127.0.0.1:{self._node.port}")


def _time(path):
    return path.stat().st_mtime_ns if path.exists() else None
