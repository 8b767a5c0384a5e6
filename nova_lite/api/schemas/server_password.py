"""The answer with a guest's password."""
from nova_lite.api.schemas.parameter_types import STRING, always, exact

SHOWN = always(exact({"password": STRING}))
