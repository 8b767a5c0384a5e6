"""Writes nova_lite.conf, which all services of the stack read.

The user's own options belong in local.conf beside it, which is read after it and never written here.
"""
import os
import pathlib
import socket

from tools.stack.databases import MariaDB, PostgreSQL
from tools.stack.rabbitmq import RabbitNode
from tools.stack.settings import Settings

HEADER = """# Written by tools/stack.sh at each start.  Your own options go into local.conf in this
# directory: it is read after this file, and the tools never write it.
"""
EMULATED_BUILDS = 2         # a boot under emulation costs 5 to 7 core-seconds, so more side by side gain nothing


def broker(settings: Settings) -> RabbitNode | None:
    """Our own node; None when the user gave a broker."""
    if settings.broker_url:
        return None
    ports = settings.ports
    return RabbitNode(settings.data / "rabbitmq", settings.run, settings.logs, ports.amqp, ports.erlang, ports.epmd,
                      settings.broker_password)


def database(settings: Settings) -> MariaDB | PostgreSQL | None:
    """Our own server; None for SQLite and for a database that the user gave."""
    kinds = {"mariadb": MariaDB, "postgresql": PostgreSQL}
    if settings.database_url or settings.db not in kinds:
        return None
    return kinds[settings.db](settings.data / settings.db, settings.run, settings.logs, settings.ports.database,
                              settings.database_password)


def database_url(settings: Settings) -> str:
    server = database(settings)
    return settings.database_url or (server.url if server else f"sqlite:///{settings.data}/db/nova-lite.sqlite")


def host_names(settings: Settings) -> list[str]:
    """Compute hosts: this machine, or fake ones."""
    if settings.fake:
        return [f"fake-{number}" for number in range(1, settings.hosts + 1)]
    return [socket.gethostname()]


def compute_log(settings: Settings) -> pathlib.Path:
    """The log of the first compute host."""
    name = f"-{host_names(settings)[0]}" if settings.fake else ""
    return settings.logs / f"nova-lite-compute{name}.log"


def public_address(settings: Settings) -> str:
    """The address that clients are told; a wildcard means the one that leads outside."""
    if settings.listen not in ("0.0.0.0", "::"):
        return settings.listen
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))             # sends nothing; only asks the routing table
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def url(settings: Settings, port: int) -> str:
    address = public_address(settings)
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


def render(settings: Settings) -> str:
    """The file's text."""
    ports = settings.ports
    node = broker(settings)
    sections = {
        "DEFAULT": {
            "state_path": settings.data,
            "log_dir": settings.logs,
            "transport_url": node.url if node else settings.broker_url,
            "allow_resize_to_same_host": "true",            # there may be no other
        },
        "oslo_messaging_rabbit": {
            # messages and queues stay through a restart of the broker
            "rabbit_quorum_queue": "true",
            "rabbit_transient_quorum_queue": "true",
            # unlimited otherwise: one worker would hold every waiting message
            "rabbit_qos_prefetch_count": 64,
            "rabbit_interval_max": 5,
            "heartbeat_timeout_threshold": 30,
            "heartbeat_rate": 3,
        },
        "database": {
            "connection": database_url(settings),
        },
        "api": {"listen": settings.listen, "port": ports.compute},
        "embedded": {
            "listen": settings.listen,
            "port": ports.embedded,
            "public_url": url(settings, ports.embedded),
            "compute_url": url(settings, ports.compute) + "/v2.1",
        },
        "vnc": {
            "novncproxy_host": settings.listen,
            "novncproxy_port": ports.novncproxy,
            "novncproxy_base_url": url(settings, ports.novncproxy) + "/vnc_lite.html",
        },
        "serial_console": {
            "serialproxy_host": settings.listen,
            "serialproxy_port": ports.serialproxy,
            "base_url": url(settings, ports.serialproxy).replace("http", "ws", 1) + "/",
        },
        "observability": {"port_base": ports.observability},
        "compute": {"driver": "fake" if settings.fake else "libvirt"},
    }
    if not settings.fake:           # fake stacks are for many servers; their owners say what they want to pay for
        sections["oslo_messaging_notifications"] = {"driver": "messagingv2"}
    if settings.fake:
        sections["network"] = {"plugging": "noop"}
        sections["metadata"] = {"listen": "127.0.0.1", "port": ports.metadata}
    else:
        sections["network"] = {"plugging": "bridge"}
        sections["libvirt"] = {"virt_type": settings.virt}
        if settings.virt == "qemu":
            sections["compute"]["max_concurrent_builds"] = EMULATED_BUILDS
    body = "\n".join(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
                     for name, options in sections.items())
    return f"{HEADER}\n{body}"


def write(settings: Settings) -> bool:
    """False when the file says so already.  It holds passwords: readable by its owner alone."""
    text = render(settings)
    if settings.config.exists() and settings.config.read_text() == text:
        return False
    new = settings.config.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text)
    os.replace(new, settings.config)
    return True


def arguments(settings: Settings) -> list[str]:
    """--config-file arguments for every program of nova-lite."""
    local = settings.data / "local.conf"
    files = [settings.config, *([local] if local.exists() else [])]
    return [part for file in files for part in ("--config-file", str(file))]
