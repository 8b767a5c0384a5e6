"""The first half of stack.sh and of run_tests.sh: Debian packages and the virtual environment.

It ends by becoming the second half, run by the environment's Python.
"""
import concurrent.futures
import os
import pathlib

from tools.stack import packages, virtualenv
from tools.stack.progress import Progress

STAGE = "NOVA_LITE_TOOLS_STAGE"


def inside() -> bool:
    """This is the second half."""
    return os.environ.get(STAGE) == "2"


def install(progress: Progress, names, extras: frozenset[str], logs: pathlib.Path) -> None:
    """Install packages and environment, side by side where both are missing.  Raises StackError."""
    with progress.step("packages for Python") as step:
        first = packages.PYTHON + (packages.LIBVIRT_PYTHON if "libvirt" in extras else ())
        _tell(step, packages.install(first, logs / "apt.log"))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        environment = pool.submit(virtualenv.install, extras, logs / "pip.log")
        with progress.step("packages") as step:
            _tell(step, packages.install(names, logs / "apt.log"))
        with progress.step("Python libraries") as step:
            if environment.result():
                step.changed(f"installed into {virtualenv.PATH}")
            else:
                step.unchanged("nothing missing")


def become_second_half(module: str, arguments, progress: Progress) -> None:
    """Does not return."""
    env = {**os.environ, STAGE: "2", **progress.exported()}
    python = str(virtualenv.program("python"))
    os.execve(python, [python, "-m", module, *arguments], env)


def _tell(step, installed):
    if installed:
        shown = " ".join(installed[:4]) + (" …" if len(installed) > 4 else "")
        step.changed(f"installed {len(installed)}: {shown}")
    else:
        step.unchanged("nothing missing")
