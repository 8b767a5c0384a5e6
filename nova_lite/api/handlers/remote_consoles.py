"""Remote consoles of a server, and what their tokens are for (which the proxies of other clouds ask)."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import remote_consoles as schemas

RDP_IS_GONE = "The RDP console support has been removed: there is no hypervisor that has them."


@validation.answer(200, schemas.CREATED)
@validation.body(*schemas.CREATE)
def create(request):
    wanted = request.parsed_body["remote_console"]
    if wanted["protocol"] == "rdp":
        raise exceptions.Invalid(RDP_IS_GONE)
    url = compute().remote_console(request.context, server_of(request), wanted["protocol"], wanted["type"])
    return {"remote_console": {"protocol": wanted["protocol"], "type": wanted["type"], "url": url}}


@validation.answer(200, schemas.TOKEN)
def show_token(request):
    """Until 2.30 of RDP's only, of which there are none any more."""
    if request.version < "2.31":
        raise exceptions.Invalid(RDP_IS_GONE)
    found = compute().console_token(request.path_args["id"])
    body = {"instance_uuid": found.instance_uuid, "host": found.endpoint.host, "port": found.endpoint.port,
            "internal_access_path": found.endpoint.internal_access_path}
    if request.version >= "2.99":
        body["tls_port"] = None
    return {"console": body}
