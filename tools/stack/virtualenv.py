"""The virtual environment of the checkout, with the checkout installed in it in place."""
import hashlib
import json
import os
import pathlib
import shutil
import tomllib

from tools.stack import process

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PATH = CHECKOUT / ".venv"
CACHE = PATH / "guest"                  # the guest image is a product of the checkout as well
FAKE_EXTRAS = frozenset(("console", "mariadb", "postgresql"))
STACK_EXTRAS = FAKE_EXTRAS | {"libvirt"}
TEST_EXTRAS = STACK_EXTRAS | {"keystone", "test", "bench"}
CLIENT = "python-openstackclient"
INTERPRETER = "/usr/bin/python3"        # Debian's: the python3 of the PATH may be anybody's


def program(name: str) -> pathlib.Path:
    """A program in the environment."""
    return PATH / "bin" / name


def install(extras: frozenset[str], log: pathlib.Path) -> bool:
    """Bring the environment up to date; False when it was.  Raises StackError.

    Only what decides the result counts: setup.cfg, pyproject.toml, this module, the interpreter, the extras.
    """
    installed = _install(extras, log)
    # What is compiled when it is imported, for want of files that may be written, costs each program a second and the
    # services 15 MB: they share the supervisor's memory, and that is left with holes.
    process.run([program("python"), "-m", "compileall", "-q", CHECKOUT / "nova_lite"], log=log, what="compileall")
    return installed


def _install(extras: frozenset[str], log: pathlib.Path) -> bool:
    stamp = PATH / "installed.json"
    fingerprint = _fingerprint()
    try:
        done = json.loads(stamp.read_text())
    except (FileNotFoundError, ValueError):
        done = {"fingerprint": "", "extras": []}
    if done["fingerprint"] == fingerprint and extras <= set(done["extras"]):
        return False
    extras = extras | set(done["extras"])
    if not _works():
        shutil.rmtree(PATH / "lib", ignore_errors=True)      # half made, or of an interpreter that is gone
        process.run([INTERPRETER, "-m", "venv", "--clear", PATH], log=log, what="making the virtual environment")
    stamp.unlink(missing_ok=True)
    target = f"{CHECKOUT}[{','.join(sorted(extras))}]"
    # build-time settings of other environments must not leak in
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    # what builds the package is for the tests that build it: Debian's own setuptools is too old
    builders = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["build-system"]["requires"]
    process.run([program("python"), "-m", "pip", "install", "--disable-pip-version-check", *builders, "-e", target,
                 CLIENT], log=log, what="pip install", env=env)
    stamp.write_text(json.dumps({"fingerprint": fingerprint, "extras": sorted(extras)}))
    return True


def _works() -> bool:
    return program("python").exists() and program("pip").exists()


def _fingerprint() -> str:
    digest = hashlib.sha256(str(pathlib.Path(INTERPRETER).resolve()).encode())
    for path in (CHECKOUT / "setup.cfg", CHECKOUT / "pyproject.toml", pathlib.Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
