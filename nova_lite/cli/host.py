"""``host list``: what each host has, and how much of it is used.  ``host explain``: why a server is not there."""
import json

from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand, CloudLister
from nova_lite.cli.hypervisor import details
from nova_lite.cli.server import pair


class _Share:
    """used/total of two fields of a hypervisor."""

    def __init__(self, used: str, total: str):
        self.used, self.total = used, total

    def __call__(self, item: dict) -> str:
        return f"{item.get(self.used, 0)}/{item.get(self.total, 0)}"


class ListHosts(CloudLister):
    """List hosts with used/total CPUs, memory and disk (admin)"""

    examples = ("host list", "host list -f json")
    columns = (("Host", lambda item: (item.get("service") or {}).get("host") or item["hypervisor_hostname"]),
               ("State", lambda item: item.get("state")), ("Status", lambda item: item.get("status")),
               ("VCPUs", _Share("vcpus_used", "vcpus")), ("RAM MiB", _Share("memory_mb_used", "memory_mb")),
               ("Disk GiB", _Share("local_gb_used", "local_gb")), ("Servers", lambda item: item.get("running_vms")))

    def take_action(self, args):
        return self.table(sorted(details(self.cloud), key=lambda item: item["hypervisor_hostname"]))


class ExplainHosts(CloudCommand):
    """Show what each filter of the scheduler would do with a server (admin)

    One line a filter, in their order, with the hosts that it removes; then the hosts that are left, the best first.
    Nothing is built and nothing is claimed."""

    examples = ("host explain --flavor m1.tiny --image lite-guest",
                "host explain --flavor m1.large --availability-zone west --hint build_near_host_ip=192.0.2.7",
                "host explain --flavor m1.tiny --host node1 -f json")

    def add_arguments(self, parser):
        parser.add_argument("--flavor", required=True, help="name or id")
        parser.add_argument("--image", help="name or id")
        parser.add_argument("--availability-zone", metavar="ZONE", help="only this zone's hosts")
        parser.add_argument("--host", help="only this host")
        parser.add_argument("--project", metavar="ID", help="as if this project asked (default: yours)")
        parser.add_argument("--hint", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="hint for the scheduler; may be repeated")
        parser.add_argument("-f", "--format", choices=("text", "json"), default="text", help="default text")

    def take_action(self, args):
        body = {"flavorRef": lookup.flavor(self.cloud, args.flavor).id}
        if args.image:
            body["imageRef"] = lookup.image(self.cloud, args.image).id
        for key, value in (("availability_zone", args.availability_zone), ("host", args.host),
                           ("project_id", args.project), ("scheduler_hints", dict(args.hint))):
            if value:
                body[key] = value
        found = self.ask("POST", "/nova-lite-explain", "2.100", json={"explain": body})["explanation"]
        lines = [json.dumps(found, indent=2)] if args.format == "json" else _told(found)
        self.app.stdout.write("\n".join(lines) + "\n")


def _told(found: dict) -> list[str]:
    width = max((len(item["name"]) for item in found["filters"]), default=0)
    lines = [f"{found['hosts']} hosts"]
    for item in found["filters"]:
        names = ", ".join(item["hosts"]) + (", …" if item["removed"] > len(item["hosts"]) else "")
        lines.append(f"  {item['name']:<{width}}  " + (f"-{item['removed']}  {names}" if item["removed"] else "-"))
    lines.append(f"{found['left']} left" + (", the best first:" if found["left"] else ": no valid host"))
    return lines + [f"  {item['host']}  {item['weight']:g}" for item in found["best"]]
