"""All options, one file a section.  A section module has ``GROUP`` (a name) and ``OPTS`` (a list).

Samples under ``etc/`` are generated from here (``tox -e genconfig``); a module without OPTS fails
the contract tests.  The options live on oslo.config's process-wide ``CONF``: oslo.messaging
registers some of its own there and nowhere else.
"""
import re
import socket
import sys

from oslo_config import cfg

from nova_lite import exceptions
from nova_lite.conf import (
    api,
    base,
    compute,
    console,
    consoleauth,
    database,
    embedded,
    fake,
    glance,
    libvirt,
    metadata,
    metrics,
    network,
    notifications,
    observability,
    quota,
    scheduler,
    serial_console,
    service_user,
    vnc,
    workflow,
)

CONF = cfg.CONF
# what oslo.config says of where a value is; the file is enough
_LOCATION = re.compile(r"^Value for option \S+ from LocationInfo\(.*detail='(.*)'\) is not valid: ")
SECTIONS = (
    base, api, compute, console, consoleauth, database, embedded, fake, glance, libvirt, metadata, metrics,
    network, notifications, observability, quota, scheduler, serial_console, service_user, vnc, workflow,
)


def register_opts(conf: cfg.ConfigOpts = CONF) -> None:
    """Register every section; calling it again is harmless."""
    for section in SECTIONS:
        conf.register_opts(section.OPTS, group=None if section.GROUP == "DEFAULT" else section.GROUP)


def list_opts():
    """(group, options) pairs, for oslo-config-generator."""
    return [(section.GROUP, list(section.OPTS)) for section in SECTIONS]


register_opts()


def load(args=(), *, prog: str = "nova-lite", files=None) -> cfg.ConfigOpts:
    """Parse the command line and config files; one clear line and exit code 2 when they are wrong.

    Without ``files`` oslo.config looks for ~/.nova-lite/nova_lite.conf and
    /etc/nova_lite/nova_lite.conf.
    """
    try:
        CONF(list(args), project="nova_lite", prog=prog, default_config_files=files)
        _check_values(CONF)
    except cfg.Error as exc:
        sys.exit(f"{prog}: configuration error: {exc}")
    if not CONF.host:
        CONF.set_default("host", socket.gethostname())
    return CONF


def _check_values(conf: cfg.ConfigOpts) -> None:
    """Reading each value now finds a bad one.  Raises cfg.Error with one clear line."""
    for section in SECTIONS:
        group = conf if section.GROUP == "DEFAULT" else getattr(conf, section.GROUP)
        for opt in section.OPTS:
            try:
                getattr(group, opt.dest)
            except ValueError as exc:
                problem = _LOCATION.sub(r"\1: ", str(exc))
                raise cfg.Error(f"[{section.GROUP}] {opt.name}: {problem}") from exc


def reload() -> None:
    """Read the files again that ``load`` found; mutable options have their new values then.

    Raises NovaLiteError, and nothing changes, when one of them cannot be read or holds a bad value.
    """
    # oslo.config takes a file over first and finds a bad value when it is used: so another one reads it before.
    trial = cfg.ConfigOpts()
    register_opts(trial)
    trial.register_opt(cfg.BoolOpt("debug"))
    try:
        trial([], project="nova_lite", default_config_files=CONF.config_file or [],
              default_config_dirs=CONF.config_dir or [])
        _check_values(trial)
        bool(trial.debug)
        CONF.mutate_config_files()
        # oslo.config forgets the values it has looked up before it reads the files, not after: what another thread has
        # asked for in between would keep its old value until the next time.  Registering is what makes it forget.
        register_opts()
    except (cfg.Error, ValueError) as exc:
        raise exceptions.NovaLiteError(" ".join(str(exc).split())) from exc
