"""A server's NUMA topology, from 2.78 on.  No driver here makes one: a guest has its memory in one piece."""
from nova_lite.api import validation
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.schemas import server_topology as schemas


@validation.answer(200, schemas.SHOWN)
def show(request):
    server_of(request)
    return {"nodes": [], "pagesize_kb": None}
