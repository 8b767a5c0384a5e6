"""nova-lite-manage: what operators do beside the API: database, users, services, audit.

Each area is a module ``manage_<area>`` with ``register(subparsers)``; a handler gets the parsed arguments and
returns the exit code.  ``database=True`` beside it: the database must answer and have today's schema.
"""
import argparse
import sys

from nova_lite.cmd import manage_audit, manage_bootstrap, manage_db, manage_service, manage_user, service

AREAS = (manage_db, manage_bootstrap, manage_user, manage_service, manage_audit)


def main() -> None:
    parser = argparse.ArgumentParser(prog="nova-lite-manage", description=__doc__.split("\n")[0])
    parser.add_argument("--config-file", action="append", help="configuration file")
    subparsers = parser.add_subparsers(required=True, metavar="AREA")
    for area in AREAS:
        area.register(subparsers)
    parser.set_defaults(database=False)
    args = parser.parse_args()
    service.load("nova-lite-manage", [part for path in args.config_file or () for part in ("--config-file", path)],
                 to_file=False)
    with service.clear_errors("nova-lite-manage"):
        if args.database:
            service.check_database()
        sys.exit(args.handler(args))
