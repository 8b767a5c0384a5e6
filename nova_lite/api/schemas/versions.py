"""Answer of one version document."""
from nova_lite.api.schemas.parameter_types import SECONDS, STRING, always, exact, listed

SHOWN = always(exact({"version": exact({
    "id": STRING, "status": {"enum": ["CURRENT", "SUPPORTED"]}, "version": STRING, "min_version": STRING,
    "updated": SECONDS, "links": listed(exact({"rel": STRING, "href": STRING, "type": STRING}, ("type",))),
    "media-types": listed(exact({"base": STRING, "type": STRING}))})}))
