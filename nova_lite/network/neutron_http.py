"""Requests to Neutron and what its errors are in nova-lite's tree.  Called by the network client's modules."""
import urllib.parse

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.context import RequestContext

# A URL of a few KiB passes every server; longer lists of ids are asked in parts.
_MOST_IDS = 50
_PAGE = 1000


class NeutronError(Exception):
    """Neutron refused: ``code`` is the HTTP status, ``type`` its name of the error."""

    def __init__(self, code: int, type: str, message: str):
        super().__init__(message)
        self.code, self.type = code, type


class NeutronHTTP:
    """All methods raise ServiceUnavailable when there is no answer or one that says 5xx.

    ``as_user``: with the token of the context, where it has one, instead of the service user's.
    """

    def __init__(self, as_user: bool = False):
        self._as_user = as_user
        self._adapter = service_auth.ServiceAdapter(
            "network", CONF.network.endpoint_override or service_auth.embedded_url("/network"), CONF.network.timeout)

    def list(self, context: RequestContext, collection: str, **filters) -> list[dict]:
        """All of them, page by page; a list as value matches any of its items."""
        ids = filters.get("id")
        if isinstance(ids, list) and len(ids) > _MOST_IDS:
            return [item for start in range(0, len(ids), _MOST_IDS)
                    for item in self.list(context, collection, **{**filters, "id": ids[start:start + _MOST_IDS]})]
        found: list[dict] = []
        marker: dict = {}
        while True:
            query = urllib.parse.urlencode({**filters, "limit": _PAGE, **marker}, doseq=True)
            try:
                page = self.request(context, "GET", f"{collection}?{query}")[collection.replace("-", "_")]
            except NeutronError as exc:
                raise exceptions.ServiceUnavailable(
                    f"The network service at {self._adapter.endpoint} does not list {collection}: {exc}") from exc
            found += page
            if len(page) < _PAGE:
                return found
            marker = {"marker": page[-1]["id"]}

    def request(self, context: RequestContext, method: str, path: str, body: dict | None = None,
                headers: dict | None = None) -> dict:
        """The JSON of the answer; {} for one without.  Raises NeutronError."""
        response = self._adapter.request(method, f"/v2.0/{path}", request_id=context.request_id, json=body,
                                         token=context.auth_token if self._as_user else None,
                                         headers={"Accept": "application/json", **(headers or {})})
        if response.status_code < 400:
            return response.json() if response.content else {}
        try:
            error = response.json()["NeutronError"]
            kind, message = error["type"], error["message"]
        except (ValueError, KeyError, TypeError):
            kind, message = "", response.reason or ""
        if response.status_code >= 500 or response.status_code == 401:
            raise exceptions.ServiceUnavailable(
                f"The network service at {self._adapter.endpoint} answered {response.status_code}: {message}")
        raise NeutronError(response.status_code, kind, message)
