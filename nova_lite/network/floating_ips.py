"""Floating IPs of before 2.44: what the compute API asks Neutron for its callers, as the proxy of networks does.

Neutron's own bodies come back, each with ``pool``, the external network's name, and ``instance_uuid`` or None.
"""
import ipaddress

from oslo_utils import uuidutils

from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.models import Instance
from nova_lite.network.neutron_http import NeutronError, NeutronHTTP

FLOATING = "floatingips"


class FloatingIPs:
    """All methods raise ServiceUnavailable when the network service does not answer."""

    def __init__(self):
        self._http = NeutronHTTP(as_user=True)
        self._service = NeutronHTTP()                   # whose a port is, is the service user's to see

    def pools(self, context: RequestContext) -> list[dict]:
        """The external networks."""
        return self._http.list(context, "networks", **{"router:external": True})

    def own(self, context: RequestContext, **filters) -> list[dict]:
        """The project's."""
        found = self._http.list(context, FLOATING, project_id=context.project_id, **filters)
        ports = sorted({item["port_id"] for item in found if item["port_id"]})
        owners = {port["id"]: port for port in self._service.list(context, "ports", id=ports)} if ports else {}
        names = {network["id"]: network["name"] for network in self.pools(context)} if found else {}
        return [{**item, "pool": names.get(item["floating_network_id"], item["floating_network_id"]),
                 "instance_uuid": owners.get(item["port_id"], {}).get("device_id") or None} for item in found]

    def get(self, context: RequestContext, id: str) -> dict:
        """Raises FloatingIpNotFound."""
        found = self.own(context, id=[id]) if uuidutils.is_uuid_like(id) else []
        if not found:
            raise exceptions.FloatingIpNotFound(id=id)
        return found[0]

    def by_address(self, context: RequestContext, address: str) -> dict:
        """Raises FloatingIpNotFoundForAddress."""
        found = self.own(context, floating_ip_address=address) if ipaddress.ip_address(address).version == 4 else []
        if not found:
            raise exceptions.FloatingIpNotFoundForAddress(address=address)
        return found[0]

    def create(self, context: RequestContext, pool: str | None) -> dict:
        """``pool``: name or id of an external network, None: the first.  Raises FloatingIpPoolNotFound, NotFound (no
        address is left), Forbidden (403: over quota)."""
        network = next((item for item in self.pools(context) if pool in (None, item["name"], item["id"])), None)
        if network is None:
            raise exceptions.FloatingIpPoolNotFound()
        body = {"floatingip": {"floating_network_id": network["id"], "project_id": context.project_id}}
        try:
            made = self._http.request(context, "POST", FLOATING, body)["floatingip"]
        except NeutronError as error:
            if error.type == "IpAddressGenerationFailure":
                raise exceptions.NotFound(f"No more floating IPs in pool {network['name']}.") from error
            kind = exceptions.Forbidden if error.type == "OverQuota" else exceptions.Invalid
            raise kind(str(error)) from error
        return {**made, "pool": network["name"], "instance_uuid": None}

    def delete(self, context: RequestContext, id: str) -> None:
        self._change(context, "DELETE", f"{FLOATING}/{id}")

    def associate(self, context: RequestContext, id: str, port_id: str | None,
                  fixed_address: str | None = None) -> None:
        """Let it stand for the port's address; ``port_id`` None: for none.  Raises Invalid (400)."""
        values = {"port_id": port_id, **({"fixed_ip_address": fixed_address} if fixed_address else {})}
        self._change(context, "PUT", f"{FLOATING}/{id}", {"floatingip": values})

    def of_server(self, context: RequestContext, instance: Instance) -> dict[tuple[str, str], list[str]]:
        """{(port's id, fixed address): floating addresses} of all interfaces, whoever's they are."""
        ports = [vif.id for vif in instance.network_info]
        found: dict[tuple[str, str], list[str]] = {}
        for item in self._service.list(context, FLOATING, port_id=ports) if ports else ():
            found.setdefault((item["port_id"], item["fixed_ip_address"]), []).append(item["floating_ip_address"])
        return found

    def _change(self, context, method, path, body=None) -> None:
        try:
            self._http.request(context, method, path, body)
        except NeutronError as error:
            raise (exceptions.NotFound if error.code == 404 else exceptions.Invalid)(str(error)) from error
