"""unstack.sh: ends everything that stack.sh started, and nothing else; may be repeated.

Standard library only: it must work when the virtual environment is broken or gone.
"""
import pathlib
import shutil

from tools.stack import config, ksm, leftovers
from tools.stack.errors import StackError
from tools.stack.libvirt import LibvirtDaemons
from tools.stack.progress import Progress
from tools.stack.services import Services
from tools.stack.settings import Settings


def run(settings: Settings, *, purge: bool) -> None:
    progress = Progress()
    # services first: they would report the guests' end as their users' wish
    _step(progress, "services", Services(settings).stop)
    if not settings.fake:
        _step(progress, "guests", lambda: leftovers.destroy_guests(settings.data, forget=purge), "switched off")
        _step(progress, "bridges, DHCP, filters", lambda: leftovers.remove_network(settings.data), "removed")
        daemons = LibvirtDaemons(settings.run, settings.logs)
        _step(progress, "libvirt", daemons.stop)
        if daemons.running() and (others := daemons.foreign_guests()):
            print(f"libvirt goes on, for guests of others: {', '.join(others)}")
    node, server = config.broker(settings), config.database(settings)
    if node:
        _step(progress, "RabbitMQ", node.stop)
    if server:
        _step(progress, server.NAME, server.stop)
    _step(progress, "sharing of memory", lambda: ksm.turn_off(settings), "turned off")
    if purge:
        _remove(settings.data)
        print(f"{settings.data} is removed.")
    else:
        print(f"Everything is stopped; {settings.data} is kept, and stack.sh brings the cloud back.")


def _step(progress, name, action, verb="stopped"):
    with progress.step(name) as step:
        count = action()
        if count:
            step.changed(verb if count is True else f"{verb} {count}")
        else:
            step.unchanged("nothing there")


def _remove(data: pathlib.Path):
    try:
        shutil.rmtree(data)
    except OSError as exc:
        raise StackError(f"{data} cannot be removed: {exc}") from exc
