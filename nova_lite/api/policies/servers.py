"""Servers: the create, list, show and change of them."""
from nova_lite.api.policies import ADMIN, MEMBER, READER, documented

BASE = "os_compute_api:servers"
INDEX = f"{BASE}:index"
DETAIL = f"{BASE}:detail"
ALL_TENANTS = {False: f"{INDEX}:get_all_tenants", True: f"{DETAIL}:get_all_tenants"}     # by: is it the detail list
ALL_FILTERS = f"{BASE}:allow_all_filters"
SHOW = f"{BASE}:show"
HOST_STATUS = f"{SHOW}:host_status"
CREATE = f"{BASE}:create"
FORCED_HOST = f"{CREATE}:forced_host"
REQUESTED_DESTINATION = "compute:servers:create:requested_destination"
ATTACH_NETWORK = f"{CREATE}:attach_network"
ZERO_DISK_FLAVOR = f"{CREATE}:zero_disk_flavor"
UPDATE = f"{BASE}:update"
DELETE = f"{BASE}:delete"
EXTENDED_ATTRIBUTES = "os_compute_api:os-extended-server-attributes"

rules = [
    documented(INDEX, READER, "List servers.", ("GET", "/servers")),
    documented(DETAIL, READER, "List servers with details.", ("GET", "/servers/detail")),
    documented(ALL_TENANTS[False], ADMIN, "List the servers of all projects.", ("GET", "/servers")),
    documented(ALL_TENANTS[True], ADMIN, "List the servers of all projects with details.", ("GET", "/servers/detail")),
    documented(ALL_FILTERS, ADMIN, "Use every filter of a list.", ("GET", "/servers"), ("GET", "/servers/detail")),
    documented(SHOW, READER, "Show a server.", ("GET", "/servers/{server_id}")),
    documented(HOST_STATUS, ADMIN, "Show host_status of a server.", ("GET", "/servers/{server_id}"),
               ("GET", "/servers/detail")),
    documented(EXTENDED_ATTRIBUTES, ADMIN, "Show a server's host, node and other OS-EXT-SRV-ATTR attributes.",
               ("GET", "/servers/{server_id}"), ("GET", "/servers/detail")),
    documented(CREATE, MEMBER, "Create a server.", ("POST", "/servers")),
    documented(ATTACH_NETWORK, MEMBER, "Create a server with networks.", ("POST", "/servers")),
    documented(FORCED_HOST, ADMIN, "Create a server on a host of one's choice (zone:host:node).", ("POST", "/servers")),
    documented(REQUESTED_DESTINATION, ADMIN, "Create a server with host or hypervisor_hostname.", ("POST", "/servers")),
    documented(ZERO_DISK_FLAVOR, ADMIN, "Create a server with a flavor of no disk: it is as large as its image says.",
               ("POST", "/servers")),
    documented(UPDATE, MEMBER, "Change a server's name and the like.", ("PUT", "/servers/{server_id}")),
    documented(DELETE, MEMBER, "Delete a server.", ("DELETE", "/servers/{server_id}")),
]
