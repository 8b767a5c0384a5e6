"""Who may do what: one line a route and a verb, a column a caller.  The tests are made of these tables, and a route
without a line fails them.

Another project's thing is 404, as one that is not there.  403 is for what nobody of one's kind may do.
"""
import dataclasses

from nova_lite.embedded.identity import catalog
from tests.functional.api.server_fixtures import IMAGE, NETWORK, PROJECT

CALLERS = ("stranger", "roleless", "reader", "member", "admin")


@dataclasses.dataclass(frozen=True)
class Access:
    """``codes``: in the order of CALLERS.  ``server``: fields of the server that the path names.  ``args``: of the
    path; a ``{name}`` in one is what the fixtures call a thing that they have made."""

    codes: tuple[int, int, int, int, int]
    body: object = None
    headers: dict = dataclasses.field(default_factory=dict)
    args: dict = dataclasses.field(default_factory=dict)
    server: dict = dataclasses.field(default_factory=dict)
    version: str = "2.1"

    def expected(self) -> dict[str, int]:
        return dict(zip(CALLERS, self.codes, strict=True))


def anybody(code: int = 200, **more) -> Access:
    return Access((code,) * 5, **more)


def list_of_own(**more) -> Access:
    return Access((200, 403, 200, 200, 200), **more)


def seen(**more) -> Access:
    return Access((404, 403, 200, 200, 200), **more)


def changed(code: int, **more) -> Access:
    return Access((404, 403, 403, code, code), **more)


def made(code: int, **more) -> Access:
    """A stranger makes one of their own."""
    return Access((code, 403, 403, code, code), **more)


def admins(code: int = 200, **more) -> Access:
    return Access((403, 403, 403, 403, code), **more)


def users_own(code: int = 200, **more) -> Access:
    """A user's, not a project's: nobody else's token finds it."""
    return Access((404, 404, 404, code, 404), **more)


NOBODY = "9a7b1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"
SERVER = {"server": {"name": "vm", "flavorRef": "1", "imageRef": IMAGE, "networks": [{"uuid": NETWORK}]}}
# The flavor of the paths, "private", is the members' project's; one that may not be used is one that is not there.
FLAVOR = Access((404, 200, 200, 200, 200))
COMPUTE = {
    "GET /servers": list_of_own(),
    "POST /servers": made(202, body=SERVER),
    "GET /servers/detail": list_of_own(),
    "GET /servers/{server_id}": seen(),
    "PUT /servers/{server_id}": changed(200, body={"server": {"name": "other"}}),
    "DELETE /servers/{server_id}": changed(204),
    "GET /servers/{server_id}/ips": seen(),
    "GET /servers/{server_id}/ips/{id}": seen(args={"id": "private"}),
    "GET /servers/{server_id}/metadata": seen(),
    "POST /servers/{server_id}/metadata": changed(200, body={"metadata": {"a": "b"}}),
    "PUT /servers/{server_id}/metadata": changed(200, body={"metadata": {"a": "b"}}),
    "GET /servers/{server_id}/metadata/{id}": seen(args={"id": "k"}),
    "PUT /servers/{server_id}/metadata/{id}": changed(200, args={"id": "k"}, body={"meta": {"k": "w"}}),
    "DELETE /servers/{server_id}/metadata/{id}": changed(204, args={"id": "k"}),
    "GET /servers/{server_id}/tags": seen(version="2.26"),
    "PUT /servers/{server_id}/tags": changed(200, body={"tags": ["a"]}, version="2.26"),
    "DELETE /servers/{server_id}/tags": changed(204, version="2.26"),
    "GET /servers/{server_id}/tags/{id}": Access((404, 403, 204, 204, 204), args={"id": "t"}, version="2.26",
                                                 server={"tags": ("t",)}),
    "PUT /servers/{server_id}/tags/{id}": changed(201, args={"id": "new"}, version="2.26"),
    "DELETE /servers/{server_id}/tags/{id}": changed(204, args={"id": "t"}, version="2.26", server={"tags": ("t",)}),
    "POST /servers/{server_id}/remote-consoles": changed(200, version="2.6", body={
        "remote_console": {"protocol": "vnc", "type": "novnc"}}),
    "GET /os-console-auth-tokens/{id}": admins(404, version="2.31", args={"id": "none"}),
    "GET /servers/{server_id}/os-security-groups": seen(),
    "GET /servers/{server_id}/os-server-password": seen(),
    "DELETE /servers/{server_id}/os-server-password": changed(204),
    "GET /servers/{server_id}/os-interface": seen(),
    "POST /servers/{server_id}/os-interface": changed(200, body={"interfaceAttachment": {"net_id": NETWORK}}),
    "GET /servers/{server_id}/os-interface/{id}": seen(args={"id": "{port_id}"}),
    "DELETE /servers/{server_id}/os-interface/{id}": changed(202, args={"id": "{port_id}"}),
    "GET /servers/{server_id}/diagnostics": admins(),
    "GET /servers/{server_id}/topology": seen(version="2.78"),
    "GET /servers/{server_id}/migrations": Access((403, 403, 403, 403, 200), version="2.23"),
    "GET /servers/{server_id}/migrations/{id}": Access((403, 403, 403, 403, 404), args={"id": "1"}, version="2.23"),
    "DELETE /servers/{server_id}/migrations/{id}": Access((403, 403, 403, 403, 409), args={"id": "1"}, version="2.24"),
    "POST /servers/{server_id}/migrations/{id}/action": Access((403, 403, 403, 403, 409), args={"id": "1"},
                                                               version="2.22", body={"force_complete": None}),
    "GET /servers/{server_id}/os-instance-actions": seen(),
    "GET /servers/{server_id}/os-instance-actions/{id}": seen(args={"id": "{request_id}"}),
    "GET /servers/{server_id}/os-volume_attachments": seen(),
    "POST /servers/{server_id}/os-volume_attachments": changed(404, body={"volumeAttachment": {"volumeId": NOBODY}}),
    "GET /servers/{server_id}/os-volume_attachments/{id}": Access((404, 403, 404, 404, 404), args={"id": NOBODY}),
    "PUT /servers/{server_id}/os-volume_attachments/{id}": changed(404, args={"id": NOBODY}, version="2.85", body={
        "volumeAttachment": {"volumeId": NOBODY}}),
    "DELETE /servers/{server_id}/os-volume_attachments/{id}": changed(404, args={"id": NOBODY}),
    "GET /servers/{server_id}/nova-lite-trace": seen(),
    "GET /servers/{server_id}/nova-lite-actions": seen(),
    "GET /nova-lite-actions": admins(),
    "POST /nova-lite-explain": admins(body={"explain": {"flavorRef": "1", "imageRef": IMAGE}}),
    "GET /flavors": anybody(),
    "POST /flavors": admins(body={"flavor": {"name": "new", "ram": 1, "vcpus": 1, "disk": 1}}),
    "GET /flavors/detail": anybody(),
    "GET /flavors/{id}": FLAVOR,
    "PUT /flavors/{id}": admins(body={"flavor": {"description": "d"}}, version="2.55"),
    "DELETE /flavors/{id}": admins(202),
    "POST /flavors/{id}/action": admins(body={"addTenantAccess": {"tenant": "p"}}),
    "GET /flavors/{id}/os-flavor-access": admins(),
    "GET /flavors/{id}/os-extra_specs": Access((404, 403, 200, 200, 200)),
    "POST /flavors/{id}/os-extra_specs": admins(body={"extra_specs": {"a": "b"}}),
    "GET /flavors/{id}/os-extra_specs/{key}": Access((404, 403, 200, 200, 200), args={"key": "k"}),
    "PUT /flavors/{id}/os-extra_specs/{key}": admins(args={"key": "k"}, body={"k": "w"}),
    "DELETE /flavors/{id}/os-extra_specs/{key}": admins(args={"key": "k"}),
    "GET /os-keypairs": anybody(),
    "POST /os-keypairs": anybody(201, body={"keypair": {"name": "new"}}, version="2.2"),
    "GET /os-keypairs/{id}": users_own(args={"id": "alpha-key"}),
    "DELETE /os-keypairs/{id}": users_own(202, args={"id": "alpha-key"}),
    "GET /limits": anybody(),
    # A project is no thing of a project: whose quotas one may see is a matter of the role, as in Nova.
    "GET /os-quota-sets/{id}": Access((403, 403, 200, 200, 200), args={"id": PROJECT}),
    "PUT /os-quota-sets/{id}": admins(args={"id": PROJECT}, body={"quota_set": {"cores": 100}}),
    "DELETE /os-quota-sets/{id}": admins(202, args={"id": PROJECT}),
    "GET /os-quota-sets/{id}/detail": Access((403, 403, 200, 200, 200), args={"id": PROJECT}),
    "GET /os-quota-sets/{id}/defaults": anybody(args={"id": PROJECT}),
    "GET /os-volumes_boot": list_of_own(),
    "POST /os-volumes_boot": made(202, body=SERVER),
    "GET /os-volumes_boot/detail": list_of_own(),
    "GET /os-volumes_boot/{server_id}": seen(),
    "PUT /os-volumes_boot/{server_id}": changed(200, body={"server": {"name": "other"}}),
    "DELETE /os-volumes_boot/{server_id}": changed(204),
    "GET /versions/{id}": anybody(args={"id": "v2.1"}),
    "GET /extensions": anybody(),
    "GET /extensions/{id}": anybody(args={"id": "os-aggregates"}),
    "GET /os-instance_usage_audit_log": admins(),
    "GET /os-instance_usage_audit_log/{id}": admins(args={"id": "2026-01-02 03:04:05"}),
    "GET /os-quota-class-sets/{id}": admins(args={"id": "default"}),
    "PUT /os-quota-class-sets/{id}": admins(args={"id": "default"}, body={"quota_class_set": {"cores": 30}}),
    # As quotas: a project is no thing of a project.
    "GET /os-simple-tenant-usage": admins(),
    "GET /os-simple-tenant-usage/{id}": Access((403, 403, 200, 200, 200), args={"id": PROJECT}),
    "POST /os-assisted-volume-snapshots": admins(400, body={"snapshot": {
        "volume_id": NOBODY, "create_info": {"snapshot_id": "s", "type": "qcow2", "new_file": "f"}}}),
    "DELETE /os-assisted-volume-snapshots/{id}": admins(400, args={"id": "s"}),
    "POST /os-server-external-events": admins(207, body={"events": [
        {"server_uuid": NOBODY, "name": "network-changed"}]}),
    "GET /os-server-groups": list_of_own(),
    "POST /os-server-groups": made(200, body={"server_group": {"name": "new", "policies": ["affinity"]}}),
    "GET /os-server-groups/{id}": seen(args={"id": "{group_id}"}),
    "DELETE /os-server-groups/{id}": changed(204, args={"id": "{group_id}"}),
    "GET /os-availability-zone": anybody(),
    "GET /os-availability-zone/detail": admins(),
    "GET /os-aggregates": admins(),
    "POST /os-aggregates": admins(body={"aggregate": {"name": "new"}}),
    "GET /os-aggregates/{id}": admins(args={"id": "{aggregate_id}"}),
    "PUT /os-aggregates/{id}": admins(args={"id": "{aggregate_id}"}, body={"aggregate": {"name": "other"}}),
    "DELETE /os-aggregates/{id}": admins(args={"id": "{aggregate_id}"}),
    "POST /os-aggregates/{id}/images": admins(202, args={"id": "{aggregate_id}"}, body={"cache": [{"id": IMAGE}]},
                                              version="2.81"),
    "POST /os-aggregates/{id}/action": admins(args={"id": "{aggregate_id}"},
                                              body={"set_metadata": {"metadata": {"a": "b"}}}),
    # The image service decides.  IMAGE is everybody's to see, and an administrator's to change.
    "GET /images": list_of_own(),
    "GET /images/detail": list_of_own(),
    "GET /images/{id}": list_of_own(args={"id": IMAGE}),
    "DELETE /images/{id}": Access((404, 403, 404, 404, 404), args={"id": NOBODY}),
    "GET /images/{image_id}/metadata": list_of_own(args={"image_id": IMAGE}),
    "POST /images/{image_id}/metadata": admins(args={"image_id": IMAGE}, body={"metadata": {"k": "v"}}),
    "PUT /images/{image_id}/metadata": admins(args={"image_id": IMAGE}, body={"metadata": {"k": "v"}}),
    "GET /images/{image_id}/metadata/{id}": Access((404, 403, 404, 404, 404), args={"image_id": IMAGE, "id": "none"}),
    "PUT /images/{image_id}/metadata/{id}": admins(args={"image_id": IMAGE, "id": "k"}, body={"meta": {"k": "v"}}),
    "DELETE /images/{image_id}/metadata/{id}": Access((404, 403, 404, 404, 404),
                                                      args={"image_id": IMAGE, "id": "none"}),
    "GET /os-networks": list_of_own(),
    "GET /os-networks/{id}": Access((200, 403, 200, 200, 200), args={"id": NETWORK}),
    "GET /os-tenant-networks": list_of_own(),
    "GET /os-tenant-networks/{id}": Access((200, 403, 200, 200, 200), args={"id": NETWORK}),
    "GET /os-security-groups": list_of_own(),
    "POST /os-security-groups": made(200, body={"security_group": {"name": "new", "description": ""}}),
    "GET /os-security-groups/{id}": seen(args={"id": "{security_group_id}"}),
    "PUT /os-security-groups/{id}": changed(200, args={"id": "{security_group_id}"}, body={
        "security_group": {"name": "other", "description": ""}}),
    "DELETE /os-security-groups/{id}": changed(202, args={"id": "{security_group_id}"}),
    "POST /os-security-group-rules": changed(200, body={"security_group_rule": {
        "parent_group_id": "{security_group_id}", "ip_protocol": "tcp", "from_port": 22, "to_port": 22}}),
    "DELETE /os-security-group-rules/{id}": changed(202, args={"id": "{security_group_rule_id}"}),
    "GET /os-floating-ip-pools": list_of_own(),
    "GET /os-floating-ips": list_of_own(),
    "POST /os-floating-ips": made(404, body={"pool": "none"}),
    "GET /os-floating-ips/{id}": Access((404, 403, 404, 404, 404), args={"id": NOBODY}),
    "DELETE /os-floating-ips/{id}": changed(404, args={"id": NOBODY}),
    "GET /os-hosts": admins(),
    "GET /os-hosts/{id}": admins(args={"id": "host1"}),
    "PUT /os-hosts/{id}": admins(501, args={"id": "host1"}, body={"status": "enable"}),
    "GET /os-hosts/{id}/reboot": admins(501, args={"id": "host1"}),
    "GET /os-hosts/{id}/shutdown": admins(501, args={"id": "host1"}),
    "GET /os-hosts/{id}/startup": admins(501, args={"id": "host1"}),
    "GET /os-services": admins(),
    "PUT /os-services/{id}": admins(args={"id": "enable"}, body={"host": "host1", "binary": "nova-compute"}),
    "DELETE /os-services/{id}": admins(204, args={"id": "{service_id}"}),
    "GET /os-migrations": admins(),
    "GET /os-hypervisors": admins(),
    "GET /os-hypervisors/detail": admins(),
    "GET /os-hypervisors/statistics": admins(),
    "GET /os-hypervisors/{id}": admins(args={"id": "{node_id}"}),
    "GET /os-hypervisors/{id}/search": admins(args={"id": "host"}),
    "GET /os-hypervisors/{id}/servers": admins(args={"id": "host"}),
    "GET /os-hypervisors/{id}/uptime": admins(args={"id": "{node_id}"}),
}
# Keys of POST /servers/{server_id}/action.
ACTIONS = {
    "changePassword": changed(202, body={"adminPass": "new"}),
    "trigger_crash_dump": changed(202, version="2.17"),
    "addSecurityGroup": changed(202, body={"name": "web"}),
    "removeSecurityGroup": changed(202, body={"name": "default"}),
    "os-getVNCConsole": changed(200, body={"type": "novnc"}),
    "os-getSPICEConsole": changed(400, body={"type": "spice-html5"}),
    "os-getSerialConsole": changed(200, body={"type": "serial"}),
    "os-getRDPConsole": changed(410, body={"type": "rdp-html5"}),
    "os-start": changed(202, body=None, server={"vm_state": "stopped", "power_state": 4}),
    "os-stop": changed(202, body=None),
    "reboot": changed(202, body={"type": "HARD"}),
    "pause": changed(202),
    "unpause": changed(202, server={"vm_state": "paused", "power_state": 3}),
    "suspend": changed(202),
    "resume": changed(202, server={"vm_state": "suspended", "power_state": 4}),
    "rebuild": changed(202, body={"imageRef": IMAGE}),
    "rescue": changed(200, body={"adminPass": "secret"}),
    "unrescue": changed(202, server={"vm_state": "rescued"}),
    "shelve": changed(202),
    "shelveOffload": admins(202, server={"vm_state": "shelved", "power_state": 4}),
    "unshelve": changed(202, server={"vm_state": "shelved", "power_state": 4}),
    "createImage": changed(202, body={"name": "image"}),
    "createBackup": changed(202, body={"name": "backup", "backup_type": "daily", "rotation": 1}),
    "os-migrateLive": admins(501, body={"host": None, "block_migration": "auto"}),
    "evacuate": admins(501, body={}),
    "os-getConsoleOutput": changed(200, body={"length": 1}),
    "lock": changed(202),
    "unlock": changed(202),
    "resize": changed(202, body={"flavorRef": "2"}),
    "confirmResize": Access((404, 403, 403, 400, 400), server={"vm_state": "resized"}),        # its move is not open
    "revertResize": Access((404, 403, 403, 400, 400), server={"vm_state": "resized"}),
    "migrate": admins(202),
    "injectNetworkInfo": admins(202, body=None),
    "os-resetState": admins(202, body={"state": "error"}),
    "restore": changed(202, server={"vm_state": "soft-delete"}),
    "forceDelete": changed(202),
    "addFloatingIp": changed(404, body={"address": "172.24.4.2"}, server={}),
    "removeFloatingIp": changed(404, body={"address": "172.24.4.2"}),
}
GRANTS = "/identity/v3/projects/{project_id}/users/{user_id}/roles"
CAROLS = "ca401ca401ca401ca401ca401ca401ca"           # the project of the user carol, whom admins edit
MEMBER = catalog.stable_id("role", "member")
EMBEDDED = {
    "GET /identity/": anybody(300),
    "GET /identity/v3": anybody(),
    "POST /identity/v3/auth/tokens": anybody(401, body={"auth": {"identity": {"methods": ["password"], "password": {
        "user": {"name": "demo", "domain": {"id": "default"}, "password": "wrong"}}}}}),
    # A token of one's own is in X-Subject-Token; another user's is an admin's to look at.
    "GET /identity/v3/auth/tokens": Access((403, 403, 403, 200, 200)),
    "DELETE /identity/v3/auth/tokens": Access((403, 403, 403, 204, 204)),
    "GET /identity/v3/auth/catalog": anybody(),
    "GET /identity/v3/auth/projects": anybody(),
    "GET /identity/v3/auth/domains": anybody(),
    "GET /identity/v3/users": anybody(),
    "POST /identity/v3/users": admins(400, body={}),
    "GET /identity/v3/users/{user_id}": Access((403, 403, 403, 200, 200), args={"user_id": "alice"}),
    # Who is edited is none of the callers: their tokens would be refused from then on.
    "PATCH /identity/v3/users/{user_id}": admins(body={"user": {"description": "d"}}, args={"user_id": "carol"}),
    "DELETE /identity/v3/users/{user_id}": admins(204, args={"user_id": "carol"}),
    "POST /identity/v3/users/{user_id}/password": anybody(401, args={"user_id": "carol"}, body={"user": {
        "original_password": "wrong", "password": "new"}}),         # the old password is the proof
    "GET /identity/v3/users/{user_id}/projects": Access((403, 403, 403, 200, 200), args={"user_id": "alice"}),
    "GET /identity/v3/users/{user_id}/application_credentials": Access((403, 403, 403, 200, 200),
                                                                       args={"user_id": "alice"}),
    # Only the user makes and takes away their own, whoever else is an admin: as Keystone.
    "POST /identity/v3/users/{user_id}/application_credentials": Access(
        (403, 403, 403, 201, 403), args={"user_id": "alice"}, body={"application_credential": {"name": "new"}}),
    "GET /identity/v3/users/{user_id}/application_credentials/{id}": Access(
        (403, 403, 403, 200, 200), args={"user_id": "alice", "id": "credential"}),
    "DELETE /identity/v3/users/{user_id}/application_credentials/{id}": Access(
        (403, 403, 403, 204, 403), args={"user_id": "alice", "id": "credential"}),
    "GET /identity/v3/projects": anybody(),
    "POST /identity/v3/projects": admins(400, body={}),
    "GET /identity/v3/projects/{project_id}": Access((404, 404, 404, 200, 200), args={"project_id": PROJECT}),
    "PATCH /identity/v3/projects/{project_id}": admins(body={"project": {"description": "d"}},
                                                       args={"project_id": CAROLS}),
    "DELETE /identity/v3/projects/{project_id}": admins(204, args={"project_id": CAROLS}),
    f"GET {GRANTS}": Access((403, 403, 403, 200, 200), args={"user_id": "alice", "project_id": PROJECT}),
    f"HEAD {GRANTS}/{{role_id}}": Access((403, 403, 403, 204, 204), args={
        "user_id": "alice", "project_id": PROJECT, "role_id": MEMBER}),
    f"PUT {GRANTS}/{{role_id}}": admins(204, args={"user_id": "carol", "project_id": CAROLS, "role_id": MEMBER}),
    f"DELETE {GRANTS}/{{role_id}}": admins(204, args={"user_id": "carol", "project_id": CAROLS, "role_id": MEMBER}),
    "GET /identity/v3/domains": anybody(),
    "POST /identity/v3/domains": anybody(403, body={}),
    "GET /identity/v3/domains/{domain_id}": anybody(args={"domain_id": "default"}),
    "PATCH /identity/v3/domains/{domain_id}": anybody(403, body={}, args={"domain_id": "default"}),
    "DELETE /identity/v3/domains/{domain_id}": anybody(403, args={"domain_id": "default"}),
    "GET /identity/v3/roles": anybody(),
    "POST /identity/v3/roles": anybody(403, body={"role": {"name": "new"}}),
    "GET /identity/v3/roles/{role_id}": anybody(404, args={"role_id": "x"}),
    "PATCH /identity/v3/roles/{role_id}": anybody(403, body={}, args={"role_id": "x"}),
    "DELETE /identity/v3/roles/{role_id}": anybody(403, args={"role_id": "x"}),
    "GET /identity/v3/role_assignments": admins(),
    "GET /identity/v3/role_inferences": anybody(),
    "GET /identity/v3/services": admins(),
    "GET /identity/v3/services/{service_id}": admins(404, args={"service_id": "x"}),
    "GET /identity/v3/endpoints": admins(),
    "GET /identity/v3/endpoints/{endpoint_id}": admins(404, args={"endpoint_id": "x"}),
    "GET /identity/v3/regions": anybody(),
    "GET /image/": anybody(300),
    "GET /image/versions": list_of_own(),
    "GET /image/v2": anybody(),
    "GET /image/v2/images": list_of_own(),
    "POST /image/v2/images": made(201, body={"name": "new"}),
    "GET /image/v2/images/{image_id}": seen(),
    "PATCH /image/v2/images/{image_id}": changed(
        200, body=[{"op": "replace", "path": "/name", "value": "other"}],
        headers={"Content-Type": "application/openstack-images-v2.1-json-patch"}),
    "DELETE /image/v2/images/{image_id}": changed(204),
    "GET /image/v2/images/{image_id}/file": Access((404, 403, 204, 204, 204)),
    "PUT /image/v2/images/{image_id}/file": changed(204, body=b"bytes",
                                                    headers={"Content-Type": "application/octet-stream"}),
    "PUT /image/v2/images/{image_id}/tags/{tag}": changed(204, args={"tag": "new"}),
    "DELETE /image/v2/images/{image_id}/tags/{tag}": changed(204, args={"tag": "alpha"}),
    "GET /image/v2/images/{image_id}/tasks": seen(),
    "GET /image/v2/images/{image_id}/members": seen(),
    "POST /image/v2/images/{image_id}/members": changed(200, body={"member": "someone"}),
    "GET /image/v2/images/{image_id}/members/{member_id}": seen(args={"member_id": "third"}),
    "PUT /image/v2/images/{image_id}/members/{member_id}": Access(
        (404, 403, 403, 403, 200), args={"member_id": "third"}, body={"status": "accepted"}),
    "DELETE /image/v2/images/{image_id}/members/{member_id}": changed(204, args={"member_id": "third"}),
    "GET /image/v2/schemas/image": list_of_own(),
    "GET /image/v2/schemas/images": list_of_own(),
    "GET /network/": anybody(),
    "GET /network/v2.0": anybody(),
    "GET /network/v2.0/extensions": list_of_own(),
    "GET /network/v2.0/extensions/{alias}": list_of_own(args={"alias": "quotas"}),
    "GET /network/v2.0/quotas/{project_id}": list_of_own(args={"project_id": PROJECT}),
    "GET /network/v2.0/quotas/{project_id}/default": list_of_own(args={"project_id": PROJECT}),
    "GET /network/v2.0/networks": list_of_own(),
    "POST /network/v2.0/networks": made(201, body={"network": {"name": "new"}}),
    "GET /network/v2.0/networks/{id}": seen(),
    "PUT /network/v2.0/networks/{id}": changed(200, body={"network": {"name": "other"}}),
    "DELETE /network/v2.0/networks/{id}": changed(204, args={"id": "{empty_network}"}),
    "GET /network/v2.0/subnets": list_of_own(),
    "POST /network/v2.0/subnets": changed(201, body={"subnet": {"network_id": "{network}", "cidr": "{free_cidr}"}}),
    "GET /network/v2.0/subnets/{id}": seen(),
    "PUT /network/v2.0/subnets/{id}": changed(200, body={"subnet": {"name": "other"}}),
    "DELETE /network/v2.0/subnets/{id}": changed(204, args={"id": "{empty_subnet}"}),
    "GET /network/v2.0/ports": list_of_own(),
    "POST /network/v2.0/ports": changed(201, body={"port": {"network_id": "{network}"}}),
    "GET /network/v2.0/ports/{id}": seen(),
    "PUT /network/v2.0/ports/{id}": changed(200, body={"port": {"name": "other"}}),
    "DELETE /network/v2.0/ports/{id}": changed(204),
    "GET /network/v2.0/security-groups": list_of_own(),
    "POST /network/v2.0/security-groups": made(201, body={"security_group": {"name": "new"}}),
    "GET /network/v2.0/security-groups/{id}": seen(),
    "PUT /network/v2.0/security-groups/{id}": changed(200, body={"security_group": {"name": "other"}}),
    "DELETE /network/v2.0/security-groups/{id}": changed(204),
    "GET /network/v2.0/security-group-rules": list_of_own(),
    "POST /network/v2.0/security-group-rules": changed(201, body={"security_group_rule": {
        "security_group_id": "{security_group}", "direction": "ingress", "protocol": "tcp", "port_range_min": 1,
        "port_range_max": 2}}),
    "GET /network/v2.0/security-group-rules/{id}": seen(),
    "PUT /network/v2.0/security-group-rules/{id}": changed(200, body={"security_group_rule": {"description": "d"}}),
    "DELETE /network/v2.0/security-group-rules/{id}": changed(204),
    "GET /network/v2.0/floatingips": list_of_own(),
    # the network is there, and not an external one
    "POST /network/v2.0/floatingips": changed(400, body={"floatingip": {"floating_network_id": "{network}"}}),
    **{f"{method} /network/v2.0/{noun}/{{id}}": access
       for noun in ("floatingips", "routers") for method, access in (
           ("GET", Access((404, 403, 404, 404, 404), args={"id": "x"})),
           ("PUT", changed(404, body={"floatingip": {}}, args={"id": "x"})),
           ("DELETE", changed(404, args={"id": "x"})))},
    "GET /network/v2.0/auto-allocated-topology/{project_id}": seen(args={"project_id": PROJECT}),
    "DELETE /network/v2.0/auto-allocated-topology/{project_id}": changed(404, args={"project_id": PROJECT}),
    "GET /network/v2.0/routers": list_of_own(), "POST /network/v2.0/routers": made(409, body={}),
}
