"""nova-lite-manage db sync|version."""
from nova_lite.db import migration


def register(subparsers) -> None:
    db = subparsers.add_parser("db", help="the database's schema").add_subparsers(required=True, metavar="COMMAND")
    sync = db.add_parser("sync", help="bring the schema to the newest version")
    sync.set_defaults(handler=_sync)
    version = db.add_parser("version", help="print the schema's version and the newest one")
    version.set_defaults(handler=_version)


def _sync(args) -> int:
    print(migration.sync())
    return 0


def _version(args) -> int:
    print(f"{migration.version() or 'none'} (newest: {migration.latest()})")
    return 0
