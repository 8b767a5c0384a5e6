"""The list of extensions."""
from nova_lite.api.policies import ANY, documented

rules = [documented("os_compute_api:extensions", ANY, "List extensions.", ("GET", "/extensions"),
                    ("GET", "/extensions/{alias}"))]
