"""``network list``, ``show``, ``create``, ``delete``; ``subnet list``; ``port list``."""
from nova_lite.cli import columns, lookup
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.errors import CommandError

_FIELDS = (("id", "id"), ("name", "name"), ("status", "status"), ("mtu", "mtu"), ("shared", "is_shared"),
           ("admin_state_up", "is_admin_state_up"), ("subnets", "subnet_ids", columns.Words),
           ("project_id", "project_id"))


class ListNetworks(CloudLister):
    """List networks"""

    examples = ("network list",)
    columns = (("ID", "id"), ("Name", "name"), ("Subnets", "subnet_ids", columns.Words), ("Shared", "is_shared"))

    def take_action(self, args):
        return self.table(self.cloud.network.networks())


class ShowNetwork(CloudShow):
    """Show one network"""

    examples = ("network show private",)
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("network", help="name or id")

    def take_action(self, args):
        return self.one(lookup.network(self.cloud, args.network))


class CreateNetwork(CloudShow):
    """Create a network, with a subnet when --subnet says which addresses"""

    examples = ("network create private --subnet 10.20.0.0/24", "network create shared --share --subnet 10.30.0.0/24")
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--subnet", metavar="CIDR", help="addresses, as 10.20.0.0/24")
        parser.add_argument("--gateway", metavar="ADDRESS", help="gateway (default: the first address)")
        parser.add_argument("--dns", action="append", default=[], metavar="ADDRESS", help="DNS server; may be repeated")
        parser.add_argument("--share", action="store_true", help="for all projects (admin)")

    def take_action(self, args):
        if (args.gateway or args.dns) and not args.subnet:
            raise CommandError("--gateway and --dns belong to a subnet: give --subnet too")
        service = self.cloud.network
        network = service.create_network(name=args.name, **({"is_shared": True} if args.share else {}))
        if args.subnet:
            attributes = {"gateway_ip": args.gateway} if args.gateway else {}
            if args.dns:
                attributes["dns_nameservers"] = args.dns
            try:
                service.create_subnet(network_id=network.id, name=args.name + "-subnet", cidr=args.subnet,
                                      ip_version=6 if ":" in args.subnet else 4, **attributes)
            except Exception:
                service.delete_network(network, ignore_missing=True)     # half a network helps nobody
                raise
        return self.one(service.get_network(network.id))


class DeleteNetwork(CloudCommand):
    """Delete networks that no server is in"""

    examples = ("network delete private",)

    def add_arguments(self, parser):
        parser.add_argument("networks", nargs="+", metavar="network", help="name or id")

    def take_action(self, args):
        for name in args.networks:
            self.cloud.network.delete_network(lookup.network(self.cloud, name), ignore_missing=False)


class ListSubnets(CloudLister):
    """List subnets"""

    examples = ("subnet list",)
    columns = (("ID", "id"), ("Name", "name"), ("Network", "network_id"), ("Subnet", "cidr"), ("Gateway", "gateway_ip"))

    def take_action(self, args):
        return self.table(self.cloud.network.subnets())


def _fixed_ips(port) -> list[str]:
    return [entry["ip_address"] for entry in port.fixed_ips or ()]


class ListPorts(CloudLister):
    """List ports"""

    examples = ("port list", "port list --server web1")
    columns = (("ID", "id"), ("Name", "name"), ("MAC Address", "mac_address"), ("Fixed IPs", _fixed_ips, columns.Words),
               ("Status", "status"), ("Device ID", "device_id"))

    def add_arguments(self, parser):
        parser.add_argument("--server", help="only the ports of this server (name or id)")

    def take_action(self, args):
        query = {"device_id": lookup.server_id(self.cloud, args.server)} if args.server else {}
        return self.table(self.cloud.network.ports(**query))
