"""The one domain."""
from nova_lite.embedded.errors import forbidden, not_found
from nova_lite.embedded.identity import views
from nova_lite.embedded.identity.caller import admin, caller
from nova_lite.embedded.service import Request


def list_domains(request: Request):
    caller(request)
    items = [views.domain(request)] if request.GET.get("name", "Default") == "Default" else []
    return views.collection(request, "domains", items)


def show_domain(request: Request):
    caller(request)
    if request.args["domain_id"] != "default":
        raise not_found(f"Could not find domain: {request.args['domain_id']}.")
    return {"domain": views.domain(request)}


def refuse_edit(request: Request):
    admin(request)
    raise forbidden("The embedded identity service has one domain, which cannot be changed.")
