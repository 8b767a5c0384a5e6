"""The whole API as one table.  A path is served with and without ``/{project_id}`` before it.

Handlers are ``module:function`` under ``api.handlers``; a policy is a rule of ``api.policies``; a route
outside its microversions is a 404.
"""
import dataclasses

from nova_lite.api.microversions import MIN


@dataclasses.dataclass(frozen=True)
class Route:
    """``min_version`` and ``max_version`` are inclusive; None: no end.

    ``any_query``: a GET whose handler declares no query schema takes any parameters, from 2.102 on too.
    """

    method: str
    path: str
    handler: str
    policy: str
    min_version: str = MIN
    max_version: str | None = None
    any_query: bool = False


ROUTES: tuple[Route, ...] = (
    # servers
    Route("GET", "/servers", "servers:index", "os_compute_api:servers:index"),
    Route("POST", "/servers", "servers:create", "os_compute_api:servers:create"),
    Route("GET", "/servers/detail", "servers:detail", "os_compute_api:servers:detail"),
    Route("GET", "/servers/{server_id}", "servers:show", "os_compute_api:servers:show"),
    Route("PUT", "/servers/{server_id}", "servers:update", "os_compute_api:servers:update"),
    Route("DELETE", "/servers/{server_id}", "servers:delete", "os_compute_api:servers:delete"),
    # One endpoint, a policy for each action: checked by the handler.
    Route("POST", "/servers/{server_id}/action", "server_actions:dispatch", "os_compute_api:servers:show"),
    Route("GET", "/servers/{server_id}/ips", "ips:index", "os_compute_api:ips:index"),
    Route("GET", "/servers/{server_id}/ips/{id}", "ips:show", "os_compute_api:ips:show"),
    Route("GET", "/servers/{server_id}/metadata", "server_metadata:index", "os_compute_api:server-metadata:index"),
    Route("POST", "/servers/{server_id}/metadata", "server_metadata:create", "os_compute_api:server-metadata:create"),
    Route("PUT", "/servers/{server_id}/metadata", "server_metadata:update_all",
          "os_compute_api:server-metadata:update_all"),
    Route("GET", "/servers/{server_id}/metadata/{id}", "server_metadata:show", "os_compute_api:server-metadata:show"),
    Route("PUT", "/servers/{server_id}/metadata/{id}", "server_metadata:update",
          "os_compute_api:server-metadata:update"),
    Route("DELETE", "/servers/{server_id}/metadata/{id}", "server_metadata:delete",
          "os_compute_api:server-metadata:delete"),
    Route("GET", "/servers/{server_id}/tags", "server_tags:index", "os_compute_api:os-server-tags:index",
          min_version="2.26", any_query=True),
    Route("PUT", "/servers/{server_id}/tags", "server_tags:update_all", "os_compute_api:os-server-tags:update_all",
          min_version="2.26"),
    Route("DELETE", "/servers/{server_id}/tags", "server_tags:delete_all", "os_compute_api:os-server-tags:delete_all",
          min_version="2.26"),
    Route("GET", "/servers/{server_id}/tags/{id}", "server_tags:show", "os_compute_api:os-server-tags:show",
          min_version="2.26", any_query=True),
    Route("PUT", "/servers/{server_id}/tags/{id}", "server_tags:update", "os_compute_api:os-server-tags:update",
          min_version="2.26"),
    Route("DELETE", "/servers/{server_id}/tags/{id}", "server_tags:delete", "os_compute_api:os-server-tags:delete",
          min_version="2.26"),
    Route("POST", "/servers/{server_id}/remote-consoles", "remote_consoles:create", "os_compute_api:os-remote-consoles",
          min_version="2.6"),
    Route("GET", "/os-console-auth-tokens/{id}", "remote_consoles:show_token",
          "os_compute_api:os-console-auth-tokens"),
    Route("GET", "/servers/{server_id}/os-security-groups", "server_security_groups:index",
          "os_compute_api:os-security-groups:list"),
    Route("GET", "/servers/{server_id}/os-server-password", "server_password:show",
          "os_compute_api:os-server-password:show"),
    Route("DELETE", "/servers/{server_id}/os-server-password", "server_password:delete",
          "os_compute_api:os-server-password:clear"),
    Route("GET", "/servers/{server_id}/os-interface", "server_interfaces:index",
          "os_compute_api:os-attach-interfaces:list"),
    Route("POST", "/servers/{server_id}/os-interface", "server_interfaces:create",
          "os_compute_api:os-attach-interfaces:create"),
    Route("GET", "/servers/{server_id}/os-interface/{id}", "server_interfaces:show",
          "os_compute_api:os-attach-interfaces:show"),
    Route("DELETE", "/servers/{server_id}/os-interface/{id}", "server_interfaces:delete",
          "os_compute_api:os-attach-interfaces:delete"),
    Route("GET", "/servers/{server_id}/diagnostics", "server_diagnostics:show", "os_compute_api:os-server-diagnostics"),
    Route("GET", "/servers/{server_id}/topology", "server_topology:show", "compute:server:topology:index",
          min_version="2.78"),
    # Live migrations that go on: of cold ones /os-migrations tells.
    Route("GET", "/servers/{server_id}/migrations", "migrations:of_server", "os_compute_api:servers:migrations:index",
          min_version="2.23"),
    Route("GET", "/servers/{server_id}/migrations/{id}", "migrations:show", "os_compute_api:servers:migrations:show",
          min_version="2.23"),
    Route("DELETE", "/servers/{server_id}/migrations/{id}", "migrations:abort",
          "os_compute_api:servers:migrations:delete", min_version="2.24"),
    Route("POST", "/servers/{server_id}/migrations/{id}/action", "migrations:force_complete",
          "os_compute_api:servers:migrations:force_complete", min_version="2.22"),
    Route("GET", "/servers/{server_id}/os-instance-actions", "instance_actions:index",
          "os_compute_api:os-instance-actions:list"),
    Route("GET", "/servers/{server_id}/os-instance-actions/{id}", "instance_actions:show",
          "os_compute_api:os-instance-actions:show"),
    Route("GET", "/servers/{server_id}/os-volume_attachments", "volume_attachments:index",
          "os_compute_api:os-volumes-attachments:index"),
    Route("POST", "/servers/{server_id}/os-volume_attachments", "volume_attachments:create",
          "os_compute_api:os-volumes-attachments:create"),
    Route("GET", "/servers/{server_id}/os-volume_attachments/{id}", "volume_attachments:show",
          "os_compute_api:os-volumes-attachments:show", any_query=True),
    Route("PUT", "/servers/{server_id}/os-volume_attachments/{id}", "volume_attachments:update",
          "os_compute_api:os-volumes-attachments:update"),
    Route("DELETE", "/servers/{server_id}/os-volume_attachments/{id}", "volume_attachments:delete",
          "os_compute_api:os-volumes-attachments:delete"),
    # nova-lite's own: the trace of a server's actions, hop by hop
    Route("GET", "/servers/{server_id}/nova-lite-trace", "trace:show", "nova_lite_api:trace"),
    # nova-lite's own: open orders, of a server or of all
    Route("GET", "/servers/{server_id}/nova-lite-actions", "open_actions:of_server",
          "nova_lite_api:open-actions:server"),
    Route("GET", "/nova-lite-actions", "open_actions:index", "nova_lite_api:open-actions"),
    # nova-lite's own: what each filter of the scheduler does with a request
    Route("POST", "/nova-lite-explain", "explain:create", "nova_lite_api:explain"),
    # flavors
    Route("GET", "/flavors", "flavors:index", "os_compute_api:flavors"),
    Route("POST", "/flavors", "flavors:create", "os_compute_api:os-flavor-manage:create"),
    Route("GET", "/flavors/detail", "flavors:detail", "os_compute_api:flavors"),
    Route("GET", "/flavors/{id}", "flavors:show", "os_compute_api:flavors"),
    Route("PUT", "/flavors/{id}", "flavors:update", "os_compute_api:os-flavor-manage:update", min_version="2.55"),
    Route("DELETE", "/flavors/{id}", "flavors:delete", "os_compute_api:os-flavor-manage:delete"),
    Route("POST", "/flavors/{id}/action", "flavor_access:dispatch", "os_compute_api:flavors"),
    Route("GET", "/flavors/{id}/os-flavor-access", "flavor_access:index", "os_compute_api:os-flavor-access"),
    Route("GET", "/flavors/{id}/os-extra_specs", "flavor_extra_specs:index",
          "os_compute_api:os-flavor-extra-specs:index"),
    Route("POST", "/flavors/{id}/os-extra_specs", "flavor_extra_specs:create",
          "os_compute_api:os-flavor-extra-specs:create"),
    Route("GET", "/flavors/{id}/os-extra_specs/{key}", "flavor_extra_specs:show",
          "os_compute_api:os-flavor-extra-specs:show"),
    Route("PUT", "/flavors/{id}/os-extra_specs/{key}", "flavor_extra_specs:update",
          "os_compute_api:os-flavor-extra-specs:update"),
    Route("DELETE", "/flavors/{id}/os-extra_specs/{key}", "flavor_extra_specs:delete",
          "os_compute_api:os-flavor-extra-specs:delete"),
    # keypairs
    Route("GET", "/os-keypairs", "keypairs:index", "os_compute_api:os-keypairs:index"),
    Route("POST", "/os-keypairs", "keypairs:create", "os_compute_api:os-keypairs:create"),
    Route("GET", "/os-keypairs/{id}", "keypairs:show", "os_compute_api:os-keypairs:show"),
    Route("DELETE", "/os-keypairs/{id}", "keypairs:delete", "os_compute_api:os-keypairs:delete"),
    # limits and quotas
    Route("GET", "/limits", "limits:index", "os_compute_api:limits"),
    Route("GET", "/os-quota-sets/{id}", "quota_sets:show", "os_compute_api:os-quota-sets:show"),
    Route("PUT", "/os-quota-sets/{id}", "quota_sets:update", "os_compute_api:os-quota-sets:update"),
    Route("DELETE", "/os-quota-sets/{id}", "quota_sets:delete", "os_compute_api:os-quota-sets:delete"),
    Route("GET", "/os-quota-sets/{id}/detail", "quota_sets:detail", "os_compute_api:os-quota-sets:detail"),
    Route("GET", "/os-quota-sets/{id}/defaults", "quota_sets:defaults", "os_compute_api:os-quota-sets:defaults",
          any_query=True),
    Route("GET", "/os-simple-tenant-usage", "tenant_usage:index", "os_compute_api:os-simple-tenant-usage:list"),
    Route("GET", "/os-simple-tenant-usage/{id}", "tenant_usage:show", "os_compute_api:os-simple-tenant-usage:show"),
    # server groups
    Route("GET", "/os-server-groups", "server_groups:index", "os_compute_api:os-server-groups:index"),
    Route("POST", "/os-server-groups", "server_groups:create", "os_compute_api:os-server-groups:create"),
    Route("GET", "/os-server-groups/{id}", "server_groups:show", "os_compute_api:os-server-groups:show"),
    Route("DELETE", "/os-server-groups/{id}", "server_groups:delete", "os_compute_api:os-server-groups:delete"),
    # what the image service has, in the words of before it
    Route("GET", "/images", "images:index", "nova_lite_api:images", max_version="2.35"),
    Route("GET", "/images/detail", "images:detail", "nova_lite_api:images", max_version="2.35"),
    Route("GET", "/images/{id}", "images:show", "nova_lite_api:images", max_version="2.35"),
    Route("DELETE", "/images/{id}", "images:delete", "nova_lite_api:images", max_version="2.35"),
    Route("GET", "/images/{image_id}/metadata", "images:metadata_index", "nova_lite_api:images", max_version="2.38"),
    Route("POST", "/images/{image_id}/metadata", "images:metadata_create", "nova_lite_api:images", max_version="2.38"),
    Route("PUT", "/images/{image_id}/metadata", "images:metadata_update_all", "nova_lite_api:images",
          max_version="2.38"),
    Route("GET", "/images/{image_id}/metadata/{id}", "images:metadata_show", "nova_lite_api:images",
          max_version="2.38"),
    Route("PUT", "/images/{image_id}/metadata/{id}", "images:metadata_update", "nova_lite_api:images",
          max_version="2.38"),
    Route("DELETE", "/images/{image_id}/metadata/{id}", "images:metadata_delete", "nova_lite_api:images",
          max_version="2.38"),
    # what the network service has, in the words of before it
    Route("GET", "/os-networks", "networks:index", "os_compute_api:os-networks:list", max_version="2.35"),
    Route("GET", "/os-networks/{id}", "networks:show", "os_compute_api:os-networks:show", max_version="2.35"),
    Route("GET", "/os-tenant-networks", "networks:own_index", "os_compute_api:os-tenant-networks:list",
          max_version="2.35"),
    Route("GET", "/os-tenant-networks/{id}", "networks:own_show", "os_compute_api:os-tenant-networks:show",
          max_version="2.35"),
    Route("GET", "/os-security-groups", "security_groups:index", "os_compute_api:os-security-groups:get",
          max_version="2.35"),
    Route("POST", "/os-security-groups", "security_groups:create", "os_compute_api:os-security-groups:create",
          max_version="2.35"),
    Route("GET", "/os-security-groups/{id}", "security_groups:show", "os_compute_api:os-security-groups:show",
          max_version="2.35"),
    Route("PUT", "/os-security-groups/{id}", "security_groups:update", "os_compute_api:os-security-groups:update",
          max_version="2.35"),
    Route("DELETE", "/os-security-groups/{id}", "security_groups:delete", "os_compute_api:os-security-groups:delete",
          max_version="2.35"),
    Route("POST", "/os-security-group-rules", "security_groups:create_rule",
          "os_compute_api:os-security-groups:rule:create", max_version="2.35"),
    Route("DELETE", "/os-security-group-rules/{id}", "security_groups:delete_rule",
          "os_compute_api:os-security-groups:rule:delete", max_version="2.35"),
    # Nova's alias of /servers, with volumes in mind
    Route("GET", "/os-volumes_boot", "servers:index", "os_compute_api:servers:index", max_version="2.102"),
    Route("POST", "/os-volumes_boot", "servers:create", "os_compute_api:servers:create", max_version="2.102"),
    Route("GET", "/os-volumes_boot/detail", "servers:detail", "os_compute_api:servers:detail", max_version="2.102"),
    Route("GET", "/os-volumes_boot/{server_id}", "servers:show", "os_compute_api:servers:show", max_version="2.102"),
    Route("PUT", "/os-volumes_boot/{server_id}", "servers:update", "os_compute_api:servers:update",
          max_version="2.102"),
    Route("DELETE", "/os-volumes_boot/{server_id}", "servers:delete", "os_compute_api:servers:delete",
          max_version="2.102"),
    Route("GET", "/os-quota-class-sets/{id}", "quota_class_sets:show", "os_compute_api:os-quota-class-sets:show"),
    Route("PUT", "/os-quota-class-sets/{id}", "quota_class_sets:update", "os_compute_api:os-quota-class-sets:update"),
    # told by other services
    Route("POST", "/os-assisted-volume-snapshots", "assisted_volume_snapshots:create",
          "os_compute_api:os-assisted-volume-snapshots:create"),
    Route("DELETE", "/os-assisted-volume-snapshots/{id}", "assisted_volume_snapshots:delete",
          "os_compute_api:os-assisted-volume-snapshots:delete"),
    Route("POST", "/os-server-external-events", "server_external_events:create",
          "os_compute_api:os-server-external-events:create"),
    # the cloud
    Route("GET", "/versions/{id}", "versions:show", "nova_lite_api:versions", any_query=True),
    Route("GET", "/extensions", "extensions:index", "os_compute_api:extensions"),
    Route("GET", "/extensions/{id}", "extensions:show", "os_compute_api:extensions"),
    Route("GET", "/os-instance_usage_audit_log", "usage_audit_log:index",
          "os_compute_api:os-instance-usage-audit-log:list"),
    Route("GET", "/os-instance_usage_audit_log/{id}", "usage_audit_log:show",
          "os_compute_api:os-instance-usage-audit-log:show"),
    Route("GET", "/os-availability-zone", "availability_zones:index", "os_compute_api:os-availability-zone:list"),
    Route("GET", "/os-availability-zone/detail", "availability_zones:detail",
          "os_compute_api:os-availability-zone:detail"),
    Route("GET", "/os-aggregates", "aggregates:index", "os_compute_api:os-aggregates:index"),
    Route("POST", "/os-aggregates", "aggregates:create", "os_compute_api:os-aggregates:create"),
    Route("GET", "/os-aggregates/{id}", "aggregates:show", "os_compute_api:os-aggregates:show"),
    Route("PUT", "/os-aggregates/{id}", "aggregates:update", "os_compute_api:os-aggregates:update"),
    Route("DELETE", "/os-aggregates/{id}", "aggregates:delete", "os_compute_api:os-aggregates:delete"),
    Route("POST", "/os-aggregates/{id}/images", "aggregates:images", "compute:aggregates:images", min_version="2.81"),
    # Three actions, each with a policy of its own: checked by the handler.
    Route("POST", "/os-aggregates/{id}/action", "aggregates:dispatch", "os_compute_api:os-aggregates:show"),
    Route("GET", "/os-hosts", "hosts:index", "os_compute_api:os-hosts:list", max_version="2.42"),
    Route("GET", "/os-hosts/{id}", "hosts:show", "os_compute_api:os-hosts:show", max_version="2.42"),
    Route("PUT", "/os-hosts/{id}", "hosts:update", "os_compute_api:os-hosts:update", max_version="2.42"),
    Route("GET", "/os-hosts/{id}/reboot", "hosts:power", "os_compute_api:os-hosts:reboot", max_version="2.42"),
    Route("GET", "/os-hosts/{id}/shutdown", "hosts:power", "os_compute_api:os-hosts:shutdown", max_version="2.42"),
    Route("GET", "/os-hosts/{id}/startup", "hosts:power", "os_compute_api:os-hosts:start", max_version="2.42"),
    Route("GET", "/os-floating-ips", "floating_ips:index", "os_compute_api:os-floating-ips:list", max_version="2.35"),
    Route("POST", "/os-floating-ips", "floating_ips:create", "os_compute_api:os-floating-ips:create",
          max_version="2.35"),
    Route("GET", "/os-floating-ips/{id}", "floating_ips:show", "os_compute_api:os-floating-ips:show",
          max_version="2.35"),
    Route("DELETE", "/os-floating-ips/{id}", "floating_ips:delete", "os_compute_api:os-floating-ips:delete",
          max_version="2.35"),
    Route("GET", "/os-floating-ip-pools", "floating_ips:pools", "os_compute_api:os-floating-ip-pools",
          max_version="2.35"),
    Route("GET", "/os-services", "services:index", "os_compute_api:os-services:list"),
    Route("PUT", "/os-services/{id}", "services:update", "os_compute_api:os-services:update"),
    Route("DELETE", "/os-services/{id}", "services:delete", "os_compute_api:os-services:delete"),
    Route("GET", "/os-migrations", "migrations:index", "os_compute_api:os-migrations:index"),
    Route("GET", "/os-hypervisors", "hypervisors:index", "os_compute_api:os-hypervisors:list"),
    Route("GET", "/os-hypervisors/detail", "hypervisors:detail", "os_compute_api:os-hypervisors:list-detail"),
    Route("GET", "/os-hypervisors/statistics", "hypervisors:statistics", "os_compute_api:os-hypervisors:statistics",
          max_version="2.87"),
    Route("GET", "/os-hypervisors/{id}", "hypervisors:show", "os_compute_api:os-hypervisors:show"),
    Route("GET", "/os-hypervisors/{id}/search", "hypervisors:search", "os_compute_api:os-hypervisors:search",
          max_version="2.52"),
    Route("GET", "/os-hypervisors/{id}/servers", "hypervisors:servers", "os_compute_api:os-hypervisors:servers",
          max_version="2.52"),
    Route("GET", "/os-hypervisors/{id}/uptime", "hypervisors:uptime", "os_compute_api:os-hypervisors:uptime",
          max_version="2.87"),
)

# Answered 410 at every microversion, as Nova does: removed for good.  (method, path); None: every one, and what is
# below the path.
GONE: tuple[tuple[str | None, str], ...] = (
    (None, "/os-certificates"), (None, "/os-cloudpipe"), (None, "/os-fixed-ips"), (None, "/os-floating-ip-dns"),
    (None, "/os-floating-ips-bulk"), (None, "/os-fping"), (None, "/os-cells"),
    (None, "/os-security-group-default-rules"), (None, "/os-agents"),
    (None, "/servers/{server_id}/os-virtual-interfaces"), (None, "/servers/{server_id}/consoles"),
    ("POST", "/os-networks"), ("POST", "/os-networks/add"), ("POST", "/os-networks/{id}/action"),
    ("DELETE", "/os-networks/{id}"), ("POST", "/os-tenant-networks"), ("DELETE", "/os-tenant-networks/{id}"),
)


@dataclasses.dataclass(frozen=True)
class Elsewhere:
    """What Nova does only by asking another service, or a part of it that no cloud here has: 501 for the path and all
    below it; outside these microversions there is no such route in Nova either."""

    path: str
    why: str
    max_version: str | None = None
    min_version: str = MIN


_VOLUMES = "Ask the volume service."
# The longer path first.
ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere("/os-volumes", _VOLUMES, "2.35"),
    Elsewhere("/os-snapshots", _VOLUMES, "2.35"),
    Elsewhere("/os-baremetal-nodes", "There are no bare metal nodes.", "2.35"),
    Elsewhere("/servers/{server_id}/shares", "There is no service of shares.", min_version="2.97"),
)
