"""Running qemu-img, with limits: it reads what users uploaded."""
import json
import pathlib
import subprocess
from collections.abc import Callable

from nova_lite import exceptions

MEMORY = 1 << 30                # bytes of address space; the limits are Nova's own against hostile headers
CPU_SECONDS = 30
TIMEOUT = 60                    # seconds
LOOK = 0.5                      # seconds between looks whether a long one may go on
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
LEAKS_ONLY = 3                  # qemu-img check: space is wasted, nothing is wrong


def info(path: pathlib.Path, format: str) -> dict:
    """``qemu-img info`` of one file, as that format and no other.  Raises NovaLiteError with its complaint."""
    return json.loads(run("info", "--force-share", "--output", "json", "-f", format, str(path), limited=True))


def is_whole(path: pathlib.Path) -> bool:
    """Whether ``qemu-img check`` finds the tables of a qcow2 file right: one that was cut off is not.

    Raises NovaLiteError when it takes too long.
    """
    # It prints a line for each fault, and a hostile file has as many as it likes.
    done = _run("check", "-q", "-f", "qcow2", str(path), limited=True, output=subprocess.DEVNULL)
    return done.returncode in (0, LEAKS_ONLY)


def convert(source: pathlib.Path, target: pathlib.Path, check: Callable[[], None]) -> None:
    """Copy a guest's own disk, with what is beneath it, to a qcow2 file of its own, however long that takes.

    ``check()`` is called now and then; when it raises the copying ends.  Raises NovaLiteError.
    """
    command = ["qemu-img", "convert", "-f", "qcow2", "-O", "qcow2", str(source), str(target)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, env=ENVIRONMENT) as process:
        try:
            while True:
                check()
                try:
                    _, complaint = process.communicate(timeout=LOOK)
                    break
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise _failure("convert", process.returncode, complaint)


def _failure(verb: str, code: int, complaint: str) -> exceptions.NovaLiteError:
    lines = complaint.strip().splitlines() or [f"exit code {code}"]
    return exceptions.NovaLiteError(f"qemu-img {verb} failed: {lines[-1].removeprefix('qemu-img: ')}")


def run(*arguments: str, limited: bool = False, timeout: float = TIMEOUT) -> str:
    """What qemu-img prints.  Raises NovaLiteError with one line when it fails or takes too long."""
    done = _run(*arguments, limited=limited, timeout=timeout)
    if done.returncode:
        raise _failure(arguments[0], done.returncode, done.stderr)
    return done.stdout


def _run(*arguments: str, limited: bool, timeout: float = TIMEOUT,
         output: int = subprocess.PIPE) -> subprocess.CompletedProcess:
    command = ["qemu-img", *arguments]
    if limited:
        command = ["prlimit", f"--as={MEMORY}", f"--cpu={CPU_SECONDS}", *command]
    try:
        return subprocess.run(command, stdout=output, stderr=output, text=True, stdin=subprocess.DEVNULL,
                              timeout=timeout, env=ENVIRONMENT)
    except subprocess.TimeoutExpired as exc:
        raise exceptions.NovaLiteError(f"qemu-img {arguments[0]} took more than {timeout:g} s") from exc
    except OSError as exc:
        raise exceptions.NovaLiteError(f"{command[0]} cannot be run: {exc.strerror}") from exc
