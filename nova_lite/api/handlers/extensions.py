"""The list of extensions that old clients look at before they use one; nothing comes or goes by it any more."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import extensions as schemas
from nova_lite.api.views import extensions as views

_UPPER = ("OS-DCF", "OS-EXT-AZ", "OS-EXT-IMG-SIZE", "OS-EXT-IPS", "OS-EXT-IPS-MAC", "OS-EXT-SRV-ATTR", "OS-EXT-STS",
          "OS-EXT-VIF-NET", "OS-FLV-DISABLED", "OS-FLV-EXT-DATA", "OS-SCH-HNT", "OS-SRV-USG")
_LOWER = """
access-ips admin-actions admin-password agents aggregates assisted-volume-snapshots attach-interfaces availability-zone
baremetal-ext-status baremetal-nodes block-device-mapping block-device-mapping-v2-boot cell-capacities cells
certificates cloudpipe cloudpipe-update config-drive console-auth-tokens console-output consoles create-backup
create-server-ext deferred-delete evacuate extended-evacuate-find-host extended-floating-ips extended-hypervisors
extended-networks extended-quotas extended-rescue-with-image extended-services extended-services-delete
extended-volumes fixed-ips flavor-access flavor-extra-specs flavor-manage flavor-rxtx flavor-swap floating-ip-dns
floating-ip-pools floating-ips floating-ips-bulk fping hide-server-addresses hosts hypervisor-status hypervisors
instance-actions instance_usage_audit_log keypairs lock-server migrate-server migrations multiple-create networks
networks-associate pause-server personality preserve-ephemeral-rebuild quota-class-sets quota-sets rescue
security-group-default-rules security-groups server-diagnostics server-external-events server-group-quotas
server-groups server-list-multi-status server-password server-sort-keys server-start-stop services shelve
simple-tenant-usage suspend-server tenant-networks used-limits used-limits-for-admin user-data user-quotas
virtual-interfaces volume-attachment-update volumes""".split()
ALIASES = ("NMN", *_UPPER, *(f"os-{name}" for name in _LOWER))


@validation.answer(200, schemas.LISTED)
def index(_request):
    return {"extensions": [views.show(alias) for alias in ALIASES]}


@validation.answer(200, schemas.SHOWN)
def show(request):
    alias = request.path_args["id"]
    if alias not in ALIASES:
        raise exceptions.NotFound()
    return {"extension": views.show(alias)}
