"""The network API on one screen."""
from nova_lite.embedded.network import auto_network, other
from nova_lite.embedded.network.floating_ips import FLOATING_IPS
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.ports import PORTS
from nova_lite.embedded.network.security_groups import GROUPS, RULES
from nova_lite.embedded.network.subnets import SUBNETS
from nova_lite.embedded.network.views import fault
from nova_lite.embedded.service import Service

PUBLIC_PATHS = frozenset(("", "/", "/v2.0", "/v2.0/"))


def _nouns():
    for path, resource in (("networks", NETWORKS), ("subnets", SUBNETS), ("ports", PORTS), ("security-groups", GROUPS),
                           ("security-group-rules", RULES), ("floatingips", FLOATING_IPS)):
        yield f"/v2.0/{path}", {"GET": resource.list, "POST": resource.create}
        yield f"/v2.0/{path}/{{id}}", {"GET": resource.show, "PUT": resource.update, "DELETE": resource.delete}
    yield "/v2.0/routers", {"GET": other.list_none("routers"), "POST": other.refuse("Routers")}
    yield "/v2.0/routers/{id}", dict.fromkeys(("GET", "PUT", "DELETE"), other.absent("Router"))


ROUTES = {
    "/": {"GET": other.list_versions},
    "/v2.0": {"GET": other.show_version},
    "/v2.0/extensions": {"GET": other.list_extensions},
    "/v2.0/extensions/{alias}": {"GET": other.show_extension},
    "/v2.0/quotas/{project_id}": {"GET": other.show_quota},
    "/v2.0/quotas/{project_id}/default": {"GET": other.show_quota},
    "/v2.0/auto-allocated-topology/{project_id}": {"GET": auto_network.show, "DELETE": auto_network.delete},
    **dict(_nouns()),
}


def make_app() -> Service:
    return Service("network", ROUTES, fault)
