"""Real services for the layers that need them, on free ports of the loopback address.

Everything is in one temporary directory and ends with the run, even a run that is interrupted.
"""
import contextlib
import pathlib
import secrets
import shutil
import tempfile

from tools.guest import build
from tools.stack import accelerator, ports, virtualenv
from tools.stack.databases import DATABASE, MariaDB, PostgreSQL
from tools.stack.libvirt import LibvirtDaemons
from tools.stack.progress import Progress
from tools.stack.rabbitmq import RabbitNode

WORKERS = ("gw0", "gw1")                # pytest-xdist's names of its processes


@contextlib.contextmanager
def running(progress: Progress):
    """Yields environment variables that tell the tests where the services are; ``own`` tells what is each worker's
    of them.  Raises StackError."""
    # not in a directory of mode 0700, as mkdtemp makes: the databases run as users of their own
    directory = pathlib.Path(tempfile.mkdtemp(prefix="nova-lite-tests-"))
    directory.chmod(0o755)
    run, logs = directory / "run", directory / "log"
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        node = RabbitNode(directory / "rabbitmq", run, logs, ports.free_port(), ports.free_port(), ports.free_port(),
                          secrets.token_hex(8))
        stack.callback(node.stop)
        node.start()
        environment = {"NOVA_LITE_TEST_RABBIT_URL": node.url}
        for kind in (MariaDB, PostgreSQL):
            with progress.step(kind.NAME) as step:
                server = kind(directory / kind.NAME.lower(), run, logs, ports.free_port(), secrets.token_hex(8))
                stack.callback(server.stop)
                server.start()
                for worker in WORKERS:
                    server.make_database(f"{DATABASE}_{worker}")
                environment[f"NOVA_LITE_TEST_{kind.NAME.upper()}_URL"] = server.url
                step.changed(f"port {server.port}")
        with progress.step("libvirt") as step:
            daemons = LibvirtDaemons(run, logs)
            stack.callback(daemons.stop)
            step.changed(f"started {' and '.join(daemons.start()) or 'nothing: already running'}")
        with progress.step("KVM or emulation") as step:
            virt, reason = accelerator.choose()
            environment["NOVA_LITE_TEST_VIRT_TYPE"] = virt
            step.unchanged(f"{virt}: {reason}")
        with progress.step("guest image") as step:
            environment["NOVA_LITE_TEST_GUEST_IMAGE"] = str(build.build(virtualenv.CACHE))
            step.unchanged("up to date")
        with progress.step("RabbitMQ") as step:
            node.wait()
            for worker in WORKERS:
                node.add_vhost(worker)
            step.changed(f"port {node.port}")
        yield environment


def own(environment: dict[str, str], worker: str) -> dict[str, str]:
    """What differs for one of several processes that run tests at the same time: it has a vhost and databases of its
    own."""
    found = {"NOVA_LITE_TEST_RABBIT_URL": worker,
             **{f"NOVA_LITE_TEST_{kind.NAME.upper()}_URL": f"_{worker}" for kind in (MariaDB, PostgreSQL)}}
    return {name: environment[name] + end for name, end in found.items() if environment.get(name)}
