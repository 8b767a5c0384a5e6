"""Command line of stack.sh (``up``) and unstack.sh (``down``)."""
import argparse
import contextlib
import fcntl
import os
import pathlib
import sys

from tools.stack import bootstrap, down, packages, progress, settings, virtualenv
from tools.stack.errors import StackError
from tools.stack.ports import DEFAULT_BASE


def main() -> int:
    # log files and pipes must never stop on a character
    sys.stdout.reconfigure(errors="replace")
    options = _parser().parse_args()
    try:
        if os.geteuid():
            raise StackError("must be run as root: it installs packages and makes networks for guests "
                             "(nova-lite-allinone needs neither)")
        data = pathlib.Path(os.path.abspath(options.data_dir))
        (_up if options.command == "up" else _down)(options, data)
    except StackError as exc:
        progress.report(exc)
        return 1
    except OSError as exc:                  # a full disk, a directory that may not be written
        print(f"error: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run it again to go on, or unstack.sh", file=sys.stderr)
        return 130
    return 0


def _up(options, data):
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise StackError(f"--data-dir {data}: {exc.strerror}") from exc
    with _locked(data):
        chosen = settings.combine(data, vars(options))
        if bootstrap.inside():
            # imports what only the virtual environment has
            from tools.stack import up

            up.run(chosen, want_server=not options.no_server)
            return
        chosen.logs.mkdir(exist_ok=True)
        steps = progress.Progress()
        extras = virtualenv.FAKE_EXTRAS if chosen.fake else virtualenv.STACK_EXTRAS
        bootstrap.install(steps, packages.for_stack(chosen), extras, chosen.logs)
        bootstrap.become_second_half("tools.stack", sys.argv[1:], steps)


def _down(options, data):
    known = settings.load(data)
    if known is None:
        print(f"There is no stack in {data}: nothing to do.")
        return
    with _locked(data):
        down.run(known, purge=options.purge)


@contextlib.contextmanager
def _locked(data):
    """One stack.sh or unstack.sh at a time; the lock goes with the process."""
    with open(data / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise StackError(f"another stack.sh or unstack.sh works on {data}") from exc
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stack")
    commands = parser.add_subparsers(dest="command", required=True)
    up_parser = commands.add_parser("up", prog="stack.sh",
                                    description="Bring up a nova-lite cloud on this machine and boot a first server.")
    add = up_parser.add_argument
    add("--virt", choices=["auto", "kvm", "qemu", "fake"],
        help="guests: KVM, QEMU's emulation, or fake ones; auto (the default) tries KVM by booting something")
    add("--db", choices=["sqlite", "mariadb", "postgresql"], help="database, installed and started (default sqlite)")
    add("--hosts", type=int, metavar="N", help="compute services, with --virt fake (default 1)")
    add("--port-base", type=int, metavar="PORT", help=f"first of about 25 ports (default {DEFAULT_BASE})")
    add("--listen", metavar="ADDRESS", help="address of the APIs (default 127.0.0.1)")
    add("--broker-url", metavar="URL", help="an existing broker: rabbit://USER:PASSWORD@HOST:PORT/")
    add("--database-url", metavar="URL", help="an existing database: mysql+pymysql://... or postgresql+psycopg://...")
    add("--no-server", action="store_true", help="boot no first server")
    down_parser = commands.add_parser("down", prog="unstack.sh", description="Stop everything that stack.sh started.")
    down_parser.add_argument("--purge", action="store_true", help="also remove the data directory")
    for command in (up_parser, down_parser):
        command.add_argument("--data-dir", default=str(settings.DEFAULT_DATA), metavar="DIR",
                             help="everything the stack keeps (default %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
