"""Services, endpoints and regions, to read by an admin: the catalog in other words."""
from nova_lite.conf import CONF
from nova_lite.embedded.errors import not_found
from nova_lite.embedded.identity import catalog, views
from nova_lite.embedded.identity.caller import admin_or_self, caller
from nova_lite.embedded.service import Request


def _services(request: Request) -> list[dict]:
    admin_or_self(request, None)
    return [{"id": item["id"], "type": item["type"], "name": item["name"], "description": "", "enabled": True,
             "links": views.links(request, "services", item["id"])} for item in catalog.services()]


def _endpoints(request: Request) -> list[dict]:
    admin_or_self(request, None)
    return [{**item, "service_id": service["id"], "enabled": True,
             "links": views.links(request, "endpoints", item["id"])}
            for service in catalog.services() for item in catalog.endpoints(service)]


def _matching(request: Request, items: list[dict], *keys: str) -> list[dict]:
    return [item for item in items if all(request.GET.get(key, item[key]) == item[key] for key in keys)]


def _one(items: list[dict], id: str) -> dict:
    for item in items:
        if item["id"] == id:
            return item
    raise not_found(f"Could not find {id}.")


def list_services(request: Request):
    return views.collection(request, "services", _matching(request, _services(request), "name", "type"))


def show_service(request: Request):
    return {"service": _one(_services(request), request.args["service_id"])}


def list_endpoints(request: Request):
    return views.collection(request, "endpoints",
                            _matching(request, _endpoints(request), "interface", "service_id", "region_id"))


def show_endpoint(request: Request):
    return {"endpoint": _one(_endpoints(request), request.args["endpoint_id"])}


def list_regions(request: Request):
    caller(request)
    region = {"id": CONF.embedded.region, "description": "", "parent_region_id": None,
              "links": views.links(request, "regions", CONF.embedded.region)}
    return views.collection(request, "regions", [region])
