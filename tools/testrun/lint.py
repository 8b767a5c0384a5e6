"""The lint layer: each check is a command that must end with 0."""
import subprocess
import time

from tools.stack import virtualenv
from tools.testrun.results import Result

PYTHON = virtualenv.program("python")
CHECKS = (
    ("ruff", (virtualenv.program("ruff"), "check", "--quiet", ".")),
    ("bandit", (virtualenv.program("bandit"), "--quiet", "--configfile", "tools/testrun/bandit.yaml", "--recursive",
                "nova_lite", "tools", "migrations")),
    ("import contracts", (virtualenv.program("lint-imports"), "--no-cache")),
    ("migrations", (PYTHON, "-m", "tools.testrun.migrations")),
    ("generated files", (PYTHON, virtualenv.CHECKOUT / "tools/docs/generate.py", "--check")),
)


def run(environment) -> Result:
    """Each check counts as one test."""
    began, passed, failed = time.monotonic(), 0, 0
    for name, command in CHECKS:
        result = subprocess.run(command, cwd=virtualenv.CHECKOUT, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            failed += 1
            print(f"{name} FAILED\n{result.stdout}", flush=True)
        else:
            passed += 1
            print(f"{name} ok", flush=True)
    return Result("lint", passed, failed, seconds=time.monotonic() - began)
