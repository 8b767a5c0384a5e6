"""The network API on one screen."""
from nova_lite.embedded.network import other
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.ports import PORTS
from nova_lite.embedded.network.security_groups import GROUPS, RULES
from nova_lite.embedded.network.subnets import SUBNETS
from nova_lite.embedded.network.views import fault
from nova_lite.embedded.service import Service

PUBLIC_PATHS = frozenset(("", "/", "/v2.0", "/v2.0/"))


def _nouns():
    for path, resource in (("networks", NETWORKS), ("subnets", SUBNETS), ("ports", PORTS), ("security-groups", GROUPS),
                           ("security-group-rules", RULES)):
        yield f"/v2.0/{path}", {"GET": resource.list, "POST": resource.create}
        yield f"/v2.0/{path}/{{id}}", {"GET": resource.show, "PUT": resource.update, "DELETE": resource.delete}
    for path, name, what in (("floatingips", "FloatingIP", "Floating IPs"), ("routers", "Router", "Routers")):
        yield f"/v2.0/{path}", {"GET": other.list_none(path), "POST": other.refuse(what)}
        yield f"/v2.0/{path}/{{id}}", dict.fromkeys(("GET", "PUT", "DELETE"), other.absent(name))


ROUTES = {
    "/": {"GET": other.list_versions},
    "/v2.0": {"GET": other.show_version},
    "/v2.0/extensions": {"GET": other.list_extensions},
    "/v2.0/extensions/{alias}": {"GET": other.show_extension},
    "/v2.0/quotas/{project_id}": {"GET": other.show_quota},
    "/v2.0/quotas/{project_id}/default": {"GET": other.show_quota},
    **dict(_nouns()),
}


def make_app() -> Service:
    return Service("network", ROUTES, fault)
