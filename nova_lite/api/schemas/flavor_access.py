"""Actions on a flavor's access list."""
from nova_lite.api.schemas.parameter_types import STRING, always, exact, listed, strict

_tenant = strict({"tenant": {"type": "string", "minLength": 1, "maxLength": 255, "format": "text"}}, ("tenant",))
ADD = strict({"addTenantAccess": _tenant}, ("addTenantAccess",))
REMOVE = strict({"removeTenantAccess": _tenant}, ("removeTenantAccess",))

LISTED = always(exact({"flavor_access": listed(exact({"flavor_id": STRING, "tenant_id": STRING}))}))
