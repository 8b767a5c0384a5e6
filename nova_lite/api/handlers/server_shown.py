"""What the handlers share that answer with one server, or change what it is called."""
import ipaddress

from nova_lite.api.handlers.backend import compute
from nova_lite.models import Instance

_FIELDS = (("name", "display_name"), ("description", "display_description"), ("hostname", "hostname"),
           ("accessIPv4", "access_ip_v4"), ("accessIPv6", "access_ip_v6"))


def changes(asked: dict) -> dict:
    """Fields of Instance that a body asks to be changed, as PUT and rebuild may."""
    found = {field: asked[key] for key, field in _FIELDS if key in asked}
    if found.get("access_ip_v6"):
        found["access_ip_v6"] = shortest(found["access_ip_v6"])
    if "OS-DCF:diskConfig" in asked:
        found["auto_disk_config"] = asked["OS-DCF:diskConfig"] == "AUTO"
    return found


def shortest(address: str) -> str:
    """An IPv6 address as Nova keeps it, however it was written."""
    return str(ipaddress.IPv6Address(address))


def group(request, server: Instance) -> str | None:
    """The uuid of its server group, where the version tells it."""
    return compute().server_group(server) if request.version >= "2.71" else None


def host_statuses(request, seen, servers) -> dict:
    """{host: UP, DOWN …} for those who may see it."""
    hosts = {server.host for server in servers if server.host}
    return compute().host_statuses(request.context, sorted(hosts)) if seen.host_status and hosts else {}
