"""All options, one file a section.  A section module has ``GROUP`` (a name) and ``OPTS`` (a list).

Samples under ``etc/`` are generated from here (``tox -e genconfig``); a module without OPTS fails
the contract tests.  The options live on oslo.config's process-wide ``CONF``: oslo.messaging
registers some of its own there and nowhere else.
"""
import re
import socket
import sys

from oslo_config import cfg

from nova_lite.conf import (
    api,
    base,
    compute,
    database,
    embedded,
    fake,
    glance,
    libvirt,
    metadata,
    network,
    observability,
    quota,
    scheduler,
    service_user,
    workflow,
)

CONF = cfg.CONF
# what oslo.config says of where a value is; the file is enough
_LOCATION = re.compile(r"^Value for option \S+ from LocationInfo\(.*detail='(.*)'\) is not valid: ")
SECTIONS = (
    base, api, compute, database, embedded, fake, glance, libvirt, metadata, network, observability,
    quota, scheduler, service_user, workflow,
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
        for section in SECTIONS:          # reading each value now finds a bad one at the start
            group = CONF if section.GROUP == "DEFAULT" else getattr(CONF, section.GROUP)
            for opt in section.OPTS:
                try:
                    getattr(group, opt.dest)
                except ValueError as exc:
                    problem = _LOCATION.sub(r"\1: ", str(exc))
                    raise cfg.Error(f"[{section.GROUP}] {opt.name}: {problem}") from exc
    except cfg.Error as exc:
        sys.exit(f"{prog}: configuration error: {exc}")
    if not CONF.host:
        CONF.set_default("host", socket.gethostname())
    return CONF
