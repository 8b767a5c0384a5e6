"""``host list``: what each host has, and how much of it is used."""
from nova_lite.cli.command import CloudLister
from nova_lite.cli.hypervisor import details


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
