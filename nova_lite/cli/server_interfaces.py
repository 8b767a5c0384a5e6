"""``server add`` and ``server remove`` of a port, a network, a fixed address."""
from nova_lite.cli import columns, lookup
from nova_lite.cli.command import CloudCommand, CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError

_CEILING = "2.70"


def _addresses(found) -> list[str]:
    return [entry["ip_address"] for entry in found["fixed_ips"]]


class _Add(CloudShow):
    """Attaches an interface; comes back when the guest has it."""

    fields = (("port_id", lambda found: found["port_id"]), ("net_id", lambda found: found["net_id"]),
              ("mac_addr", lambda found: found["mac_addr"]), ("port_state", lambda found: found["port_state"]),
              ("fixed_ips", _addresses, columns.Words), ("tag", lambda found: found.get("tag")))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        self.add_what(parser)
        parser.add_argument("--tag", help="name of the interface for the guest (compute API 2.49)")

    def add_what(self, parser) -> None:
        raise NotImplementedError

    def wanted(self, args) -> dict:
        """The body of the request."""
        raise NotImplementedError

    def take_action(self, args):
        if args.tag and not at_least(microversion(self.cloud.compute, _CEILING), "2.49"):
            raise CommandError("--tag needs compute API 2.49 or newer")
        server = lookup.server_id(self.cloud, args.server)
        body = {**self.wanted(args), **({"tag": args.tag} if args.tag else {})}
        return self.one(self.ask("POST", f"/servers/{server}/os-interface", _CEILING,
                                 json={"interfaceAttachment": body})["interfaceAttachment"])


class AddPort(_Add):
    """Attach a port of one's own to a server"""

    examples = ("server add port web1 db-port",)

    def add_what(self, parser):
        parser.add_argument("port", help="name or id")

    def wanted(self, args):
        return {"port_id": lookup.port(self.cloud, args.port).id}


class AddNetwork(_Add):
    """Attach a server to one more network"""

    examples = ("server add network web1 backend",)

    def add_what(self, parser):
        parser.add_argument("network", help="name or id")

    def wanted(self, args):
        return {"net_id": lookup.network(self.cloud, args.network).id}


class AddFixedIp(_Add):
    """Give a server an address of a network, on an interface of its own"""

    examples = ("server add fixed ip web1 backend --fixed-ip-address 10.0.3.7",)

    def add_what(self, parser):
        parser.add_argument("network", help="name or id")
        parser.add_argument("--fixed-ip-address", metavar="ADDRESS", help="this one; else the network chooses")

    def wanted(self, args):
        fixed = {"fixed_ips": [{"ip_address": args.fixed_ip_address}]} if args.fixed_ip_address else {}
        return {"net_id": lookup.network(self.cloud, args.network).id, **fixed}


class RemovePort(CloudCommand):
    """Detach a port from a server"""

    examples = ("server remove port web1 db-port",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("port", help="name or id")

    def take_action(self, args):
        server = lookup.server_id(self.cloud, args.server)
        self.ask("DELETE", f"/servers/{server}/os-interface/{lookup.port(self.cloud, args.port).id}", _CEILING)


class RemoveNetwork(CloudCommand):
    """Detach all of a server's interfaces in a network"""

    examples = ("server remove network web1 backend",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("network", help="name or id")

    def take_action(self, args):
        server, network = lookup.server_id(self.cloud, args.server), lookup.network(self.cloud, args.network)
        path = f"/servers/{server}/os-interface"
        found = [one["port_id"] for one in self.ask("GET", path, _CEILING)["interfaceAttachments"]
                 if one["net_id"] == network.id]
        if not found:
            raise CommandError(f"Server {args.server} is not in network {args.network}")
        for port_id in found:
            self.ask("DELETE", f"{path}/{port_id}", _CEILING)


class RemoveFixedIp(CloudCommand):
    """Take an address from a server, with the interface that has no other"""

    examples = ("server remove fixed ip web1 10.0.3.7",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("ip_address", help="as server show tells it")

    def take_action(self, args):
        path = f"/servers/{lookup.server_id(self.cloud, args.server)}/os-interface"
        found = [one for one in self.ask("GET", path, _CEILING)["interfaceAttachments"]
                 if args.ip_address in _addresses(one)]
        if not found:
            raise CommandError(f"Server {args.server} has no address {args.ip_address}")
        if len(_addresses(found[0])) > 1:
            raise CommandError(f"Port {found[0]['port_id']} has other addresses, too: change the port")
        self.ask("DELETE", f"{path}/{found[0]['port_id']}", _CEILING)
