"""Debian packages: every one that the stack, its tests and its guest image need, and their installation."""
import contextlib
import os
import pathlib
import subprocess

from tools.guest import sources
from tools.stack import process
from tools.stack.errors import StackError

PYTHON = ("ca-certificates", "python3", "python3-venv")
# libvirt-python comes as source only and is built against libvirt's headers
LIBVIRT_PYTHON = ("gcc", "libc6-dev", "libvirt-dev", "pkg-config", "python3-dev")
BROKER = ("rabbitmq-server",)
HYPERVISOR = ("libvirt-daemon-system", "libvirt-daemon-driver-qemu", "libvirt-clients", "qemu-system-x86", "qemu-utils",
              "dnsmasq-base", "iproute2", "nftables", "procps")
GUEST = sources.PACKAGES
CLIENT = ("openssh-client", "curl")
GO_CLIENT = ("golang-go", "golang-github-gophercloud-gophercloud-dev")       # the library of Terraform's provider
DATABASES = {"sqlite": (), "mariadb": ("mariadb-server",), "postgresql": ("postgresql",)}

POLICY = pathlib.Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\n# made by nova-lite's tools while they install packages; safe to remove\nexit 101\n"


def for_stack(settings) -> list[str]:
    """What a stack with these settings needs beside its virtual environment."""
    names = [*CLIENT, *DATABASES[settings.db]]
    if not settings.broker_url:
        names += BROKER
    if not settings.fake:
        names += HYPERVISOR + GUEST
    return names


def for_tests() -> list[str]:
    """What all test layers need beside the virtual environment."""
    databases = [name for names in DATABASES.values() for name in names]
    return [*CLIENT, *BROKER, *HYPERVISOR, *GUEST, *GO_CLIENT, *databases]


def missing(names) -> list[str]:
    """Those of the packages that are not installed."""
    query = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
                           stdin=subprocess.DEVNULL, capture_output=True, text=True)
    installed = {line.split()[0] for line in query.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in dict.fromkeys(names) if name not in installed]


def install(names, log: pathlib.Path) -> list[str]:
    """Install what is missing, starting none of the daemons that come with it; what was installed.

    Without anything missing neither the network nor the package lists are touched.  Raises StackError.
    """
    wanted = missing(names)
    if not wanted:
        return []
    if os.geteuid():
        raise StackError(f"these packages are missing and only root can install them: {' '.join(wanted)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1", "LC_ALL": "C.UTF-8"}
    apt = ["apt-get", "-y", "-q", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=120"]
    process.run([*apt, "update"], log=log, what="apt-get update", env=env)
    with _no_daemons():
        process.run([*apt, "install", "--no-install-recommends", *wanted], log=log,
                    what=f"installing {' '.join(wanted)}", env=env)
    return wanted


@contextlib.contextmanager
def _no_daemons():
    # RUNLEVEL=1 keeps sysvinit scripts from starting; where systemd runs, only a policy-rc.d does.
    # Somebody else's policy stays in force.
    mine = not POLICY.exists() or POLICY.read_text() == POLICY_TEXT
    if mine:
        POLICY.write_text(POLICY_TEXT)
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if mine:
            POLICY.unlink(missing_ok=True)
