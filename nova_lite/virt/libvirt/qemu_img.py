"""Running qemu-img, with limits: it reads what users uploaded."""
import json
import pathlib
import subprocess

from nova_lite import exceptions

MEMORY = 1 << 30                # bytes of address space; the limits are Nova's own against hostile headers
CPU_SECONDS = 30
TIMEOUT = 60                    # seconds


def info(path: pathlib.Path, format: str) -> dict:
    """``qemu-img info`` of one file, as that format and no other.  Raises NovaLiteError with its complaint."""
    return json.loads(run("info", "--force-share", "--output", "json", "-f", format, str(path), limited=True))


def run(*arguments: str, limited: bool = False, timeout: float = TIMEOUT) -> str:
    """What qemu-img prints.  Raises NovaLiteError with one line when it fails or takes too long."""
    command = ["qemu-img", *arguments]
    if limited:
        command = ["prlimit", f"--as={MEMORY}", f"--cpu={CPU_SECONDS}", *command]
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout,
                              env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    except subprocess.TimeoutExpired as exc:
        raise exceptions.NovaLiteError(f"qemu-img {arguments[0]} took more than {timeout:g} s") from exc
    except OSError as exc:
        raise exceptions.NovaLiteError(f"{command[0]} cannot be run: {exc.strerror}") from exc
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise exceptions.NovaLiteError(f"qemu-img {arguments[0]} failed: {lines[-1].removeprefix('qemu-img: ')}")
    return done.stdout
