"""What ``server list`` can be asked to leave out: options, and what they are in a query of the SDK."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError

# Option -> (key of the query, help); what is typed is sent as it is.
_TEXTS = {
    "--ip": ("ipv4_address", "addresses that this regular expression finds"),
    "--ip6": ("ipv6_address", "IPv6 addresses that this regular expression finds"),
    "--reservation-id": ("reservation_id", "of this create of several"),
    "--key-name": ("key_name", "with this key pair"),
    "--availability-zone": ("availability_zone", "in this zone"),
    "--progress": ("progress", "whose work is done so far (percent)"),
    "--vm-state": ("vm_state", "in this state of Nova's own, for example stopped"),
    "--task-state": ("task_state", "with which this goes on, for example spawning"),
    "--changes-since": ("changes_since", "that changed at this time or after (ISO 8601), deleted ones too"),
    "--changes-before": ("changes_before", "that changed at this time or before (compute API 2.66)"),
    "--project": ("project_id", "of this project, by id (admin)"),
    "--user": ("user_id", "of this user, by id"),
}
POWER_STATES = {"pending": 0, "running": 1, "paused": 3, "shutdown": 4, "crashed": 6, "suspended": 7}
# The first microversion that has the filter; older ones would leave it out silently.
_SINCE = {"changes_before": "2.66", "locked": "2.73", "tags": "2.26", "not_tags": "2.26"}


def add_options(parser) -> None:
    for option, (key, text) in _TEXTS.items():
        parser.add_argument(option, dest=f"filter_{key}", metavar="VALUE", help=f"only servers {text}")
    parser.add_argument("--flavor", help="only servers of this flavor (name or id)")
    parser.add_argument("--image", help="only servers of this image (name or id)")
    parser.add_argument("--power-state", choices=tuple(POWER_STATES), help="only those whose guests are so")
    drive = parser.add_mutually_exclusive_group()
    drive.add_argument("--config-drive", dest="config_drive", action="store_const", const=True,
                       help="only servers with a config drive")
    drive.add_argument("--no-config-drive", dest="config_drive", action="store_const", const=False,
                       help="only servers without one")
    lock = parser.add_mutually_exclusive_group()
    lock.add_argument("--locked", dest="locked", action="store_const", const=True,
                      help="only locked servers (compute API 2.73)")
    lock.add_argument("--unlocked", dest="locked", action="store_const", const=False, help="only those that are not")
    parser.add_argument("--tags", action="append", default=[], metavar="TAG",
                        help="only servers with this tag (compute API 2.26); with all of them, if repeated")
    parser.add_argument("--not-tags", action="append", default=[], metavar="TAG",
                        help="only servers without it; without one of them, if repeated")


def query(command: CloudCommand, args) -> dict:
    """Raises CommandError for what the API is too old for."""
    found = {key: getattr(args, f"filter_{key}") for key, _ in _TEXTS.values()} | {
        "flavor": lookup.flavor(command.cloud, args.flavor).id if args.flavor else None,
        "image": lookup.image(command.cloud, args.image).id if args.image else None,
        "power_state": POWER_STATES.get(args.power_state), "has_config_drive": args.config_drive, "locked": args.locked,
        "tags": ",".join(args.tags) or None, "not_tags": ",".join(args.not_tags) or None}
    found = {key: value for key, value in found.items() if value is not None}
    version = microversion(command.cloud.compute, "2.100") if _SINCE.keys() & found.keys() else None
    for key in _SINCE.keys() & found.keys():
        if not at_least(version, _SINCE[key]):
            raise CommandError(f"--{key.replace('_', '-')} needs compute API {_SINCE[key]} or newer")
    return found
