"""nova-lite-manage service list|enable|disable|delete: services, when the API is not there to ask."""
from nova_lite.db import services, session
from nova_lite.trace import now


def register(subparsers) -> None:
    area = subparsers.add_parser("service", help="services and their state").add_subparsers(required=True,
                                                                                            metavar="COMMAND")
    area.add_parser("list", help="binary, host, status, state, last heartbeat").set_defaults(
        handler=_list, database=True)
    for name, disabled in (("enable", False), ("disable", True)):
        command = area.add_parser(name, help=f"{name} a compute host for new servers")
        command.add_argument("host")
        command.set_defaults(handler=_set, disabled=disabled, database=True)
    delete = area.add_parser("delete", help="forget a service that is gone for good")
    delete.add_argument("host")
    delete.add_argument("binary", nargs="?", default="nova-compute")
    delete.set_defaults(handler=_delete, database=True)


def _list(args) -> int:
    at = now()
    with session.reader() as connection:
        for service in services.list_all(connection):
            print(f"{service.binary:16} {service.host:24} {'disabled' if service.disabled else 'enabled':9}"
                  f"{'up' if services.is_up(service, at) else 'down':5} {service.last_seen_up}")
    return 0


def _set(args) -> int:
    with session.writer() as connection:
        service = services.get_by_host(connection, args.host)
        services.update(connection, service.id, disabled=args.disabled)
    return 0


def _delete(args) -> int:
    with session.writer() as connection:
        services.delete(connection, services.get_by_host(connection, args.host, args.binary))
    return 0
