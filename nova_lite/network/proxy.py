"""What the compute API of before 2.36 asks Neutron for its callers: networks, and security groups with their rules.

With the caller's own token where there is one.  Without one as the service user, and so whose a thing is is looked at
here too.  Neutron's own bodies come back; errors are those of nova-lite's tree.
"""
from collections.abc import Iterable

from oslo_utils import uuidutils

from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.network.neutron_http import NeutronError, NeutronHTTP

GROUPS, RULES = "security-groups", "security-group-rules"


class NetworkProxy:
    """All methods raise ServiceUnavailable when the network service does not answer."""

    def __init__(self):
        self._http = NeutronHTTP(as_user=True)

    # -- networks --------------------------------------------------------------------------------------------
    def networks(self, context: RequestContext, **filters) -> list[dict]:
        """Those that the caller may use, and external ones; all, for an administrator."""
        return [network for network in self._http.list(context, "networks", **filters)
                if network["shared"] or network.get("router:external") or _is_own(context, network)]

    def network(self, context: RequestContext, network_id: str) -> dict:
        """Raises NetworkNotFound."""
        found = self.networks(context, id=[network_id]) if uuidutils.is_uuid_like(network_id) else []
        if not found:
            raise exceptions.NetworkNotFound(network_id=network_id)
        return found[0]

    # -- security groups -----------------------------------------------------------------------------------------
    def groups(self, context: RequestContext, everybody: bool = False) -> list[dict]:
        """The project's; ``everybody``: of all projects, for an administrator."""
        whose = {} if everybody and context.is_admin else {"project_id": context.project_id}
        return self._http.list(context, GROUPS, **whose)

    def group(self, context: RequestContext, group_id: str) -> dict:
        """Raises SecurityGroupNotFound."""
        found = [group for group in self._http.list(context, GROUPS, id=[group_id]) if _is_own(context, group)]
        if not found:
            raise exceptions.SecurityGroupNotFound(security_group_id=group_id)
        return found[0]

    def groups_by_id(self, context: RequestContext, ids: Iterable[str]) -> dict[str, dict]:
        """Those of these ids that are there, for their names: whoever's they are."""
        wanted = sorted(ids)
        return {group["id"]: group for group in self._http.list(context, GROUPS, id=wanted)} if wanted else {}

    def create_group(self, context: RequestContext, **values) -> dict:
        """Raises Invalid (400), Forbidden (403: over quota)."""
        body = {"project_id": context.project_id, **values}
        return self._change(context, "POST", GROUPS, {"security_group": body})["security_group"]

    def update_group(self, context: RequestContext, group_id: str, **values) -> dict:
        """Raises SecurityGroupNotFound, Invalid (400)."""
        self.group(context, group_id)
        return self._change(context, "PUT", f"{GROUPS}/{group_id}", {"security_group": values})["security_group"]

    def delete_group(self, context: RequestContext, group_id: str) -> None:
        """Raises SecurityGroupNotFound, Invalid (400: it is in use)."""
        self.group(context, group_id)
        self._change(context, "DELETE", f"{GROUPS}/{group_id}", conflict=exceptions.Invalid)

    def create_rule(self, context: RequestContext, group_id: str, **values) -> dict:
        """Raises SecurityGroupNotFound, Invalid (400: also when there is one like it), Forbidden (403: over quota)."""
        body = {"security_group_id": group_id, "project_id": context.project_id, **values}
        return self._change(context, "POST", RULES, {"security_group_rule": body},
                            conflict=exceptions.Invalid)["security_group_rule"]

    def delete_rule(self, context: RequestContext, rule_id: str) -> None:
        """Raises SecurityGroupNotFound, whose name Nova has for a rule, too."""
        if not any(_is_own(context, rule) for rule in self._http.list(context, RULES, id=[rule_id])):
            raise exceptions.NotFound(f"Security group rule {rule_id} not found.")
        self._change(context, "DELETE", f"{RULES}/{rule_id}")

    def _change(self, context, method, path, body=None, conflict=exceptions.Forbidden) -> dict:
        try:
            return self._http.request(context, method, path, body)
        except NeutronError as error:
            kind = {404: exceptions.NotFound, 403: exceptions.Forbidden, 409: conflict}.get(error.code)
            if error.type == "OverQuota":
                kind = exceptions.Forbidden
            raise (kind or exceptions.Invalid)(str(error)) from error


def _is_own(context: RequestContext, thing: dict) -> bool:
    return context.is_admin or thing["project_id"] == context.project_id
