"""The kernel's KSM: of memory pages that are alike and offered to it, one copy is kept.

Offered are what services share with the supervisor until they touch it (see nova_lite/cmd/memory.py) and, by QEMU's
default, the memory of guests.  It is one switch of the machine, so whoever turned it on turns it off.
"""
import contextlib
import pathlib

from tools.stack import process
from tools.stack.settings import Settings

DIRECTORY = pathlib.Path("/sys/kernel/mm/ksm")
FAST = 2000                     # pages of a look each 20 ms; the kernel's own pace is 100
SCANS = 3                       # one that was begun, one that notes what a page holds, one to see if it stayed so
MOST = 15                       # seconds for them


def _mark(settings: Settings) -> pathlib.Path:
    """There while this stack has it on; holds the machine's own pace."""
    return settings.data / "ksm"


def turn_on(settings: Settings, directory: pathlib.Path = DIRECTORY, seconds: float = MOST) -> bool:
    """Merge what there is, and let it go on at the machine's own pace; False when it is on already.

    Raises OSError where it is not to be had.
    """
    switch, pace, scans = (directory / name for name in ("run", "pages_to_scan", "full_scans"))
    try:
        if switch.read_text().strip() == "1":
            return False
        _mark(settings).write_text(pace.read_text())        # before: what is changed is never forgotten
        end = int(scans.read_text()) + SCANS
        pace.write_text(str(FAST))
        switch.write_text("1")
        process.wait_until(lambda: int(scans.read_text()) >= end, seconds)
        pace.write_text(_mark(settings).read_text())
    except OSError:
        turn_off(settings, directory)
        raise
    return True


def turn_off(settings: Settings, directory: pathlib.Path = DIRECTORY) -> bool:
    """Whether this stack had turned it on."""
    if not _mark(settings).exists():
        return False
    with contextlib.suppress(OSError):
        (directory / "run").write_text("0")
        (directory / "pages_to_scan").write_text(_mark(settings).read_text())
    _mark(settings).unlink()
    return True
