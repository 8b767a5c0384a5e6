"""``hypervisor list``, ``show``."""
from nova_lite.cli.command import CloudLister, CloudShow
from nova_lite.cli.connection import microversion
from nova_lite.cli.errors import CommandError

USAGE_CEILING = "2.87"      # 2.88 takes the usage fields away


def details(cloud) -> list[dict]:
    """All hypervisors with their usage, as GET /os-hypervisors/detail has them; follows pages (2.33)."""
    from openstack import exceptions

    compute = cloud.compute
    version = microversion(compute, USAGE_CEILING)
    found, url = [], "/os-hypervisors/detail"
    while url:
        response = compute.get(url, microversion=version)
        exceptions.raise_from_response(response)
        body = response.json()
        found += body["hypervisors"]
        url = next((link["href"] for link in body.get("hypervisors_links", ()) if link["rel"] == "next"), None)
    return found


def _get(*keys):
    def getter(item):
        for key in keys:
            item = (item or {}).get(key)
        return item
    return getter


class ListHypervisors(CloudLister):
    """List hypervisors (admin)"""

    examples = ("hypervisor list",)
    columns = (("ID", _get("id")), ("Hypervisor Hostname", _get("hypervisor_hostname")),
               ("Hypervisor Type", _get("hypervisor_type")), ("Host IP", _get("host_ip")), ("State", _get("state")),
               ("Status", _get("status")))

    def take_action(self, args):
        return self.table(details(self.cloud))


class ShowHypervisor(CloudShow):
    """Show one hypervisor (admin)"""

    examples = ("hypervisor show node1",)
    fields = tuple((name, _get(name)) for name in (
        "id", "hypervisor_hostname", "hypervisor_type", "hypervisor_version", "host_ip", "state", "status", "vcpus",
        "vcpus_used", "memory_mb", "memory_mb_used", "local_gb", "local_gb_used", "running_vms"
    )) + (("service_host", _get("service", "host")), ("disabled_reason", _get("service", "disabled_reason")))

    def add_arguments(self, parser):
        parser.add_argument("hypervisor", help="hostname or id")

    def take_action(self, args):
        for item in details(self.cloud):
            if args.hypervisor in (str(item["id"]), item["hypervisor_hostname"]):
                return self.one(item)
        raise CommandError(f"There is no hypervisor {args.hypervisor!r}. See: nova-lite hypervisor list")
