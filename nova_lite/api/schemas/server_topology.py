"""Answer of a server's topology: that of a server without one."""
from nova_lite.api.schemas.parameter_types import NULL, exact

SHOWN = (("2.78", exact({"nodes": {"type": "array", "maxItems": 0}, "pagesize_kb": NULL})),)
