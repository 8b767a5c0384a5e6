"""Bodies of explanations."""
from nova_lite.api.schemas.parameter_types import INTEGER, NAME, STRING, UUID, always, exact, listed, strict
from nova_lite.api.schemas.servers import HOST, SCHEDULER_HINTS

EXPLAIN = (("2.1", strict({"explain": strict({
    "flavorRef": NAME, "imageRef": UUID, "availability_zone": NAME, "host": HOST, "project_id": NAME,
    "scheduler_hints": SCHEDULER_HINTS}, ("flavorRef",))}, ("explain",))),)

# -- answers -----------------------------------------------------------------------------------------------
EXPLAINED = always(exact({"explanation": exact({
    "hosts": INTEGER, "left": INTEGER,
    "filters": listed(exact({"name": STRING, "removed": INTEGER, "hosts": listed(STRING)})),
    "best": listed(exact({"host": STRING, "weight": {"type": "number"}}))})}))
