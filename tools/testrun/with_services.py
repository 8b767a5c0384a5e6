"""``python -m tools.testrun.with_services COMMAND ...``: a command with the real services that it needs.  tox's.

They are started and ended here, unless the environment says already where they are.  Debian's packages are not
installed: run_tests.sh does that.
"""
import os
import signal
import subprocess
import sys

from tools.stack import packages, progress
from tools.stack.errors import StackError
from tools.testrun import services

RABBIT = "NOVA_LITE_TEST_RABBIT_URL"            # whoever gives this one gives all that the tests shall use


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))         # through the block's end, which ends the services
    if os.environ.get(RABBIT):
        return subprocess.call(command)
    try:
        _check()
        with services.running(progress.Progress()) as found:
            return subprocess.call(command, env={**os.environ, **found})
    except StackError as exc:
        progress.report(exc)
        return 1


def _check() -> None:
    """Raises StackError when the services cannot be started here."""
    instead = f"run tools/run_tests.sh, or set {RABBIT} and what else tools/testrun/services.py gives"
    if missing := packages.missing(packages.for_tests()):
        raise StackError(f"Debian packages are missing ({' '.join(missing)}): {instead}")
    if os.geteuid():
        raise StackError(f"only root can start databases, libvirt and bridges: {instead}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
