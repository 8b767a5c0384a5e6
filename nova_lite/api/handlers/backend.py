"""The compute API layer that handlers call: one object a process."""
import functools

from nova_lite.compute.api import API
from nova_lite.models import Instance


@functools.cache
def compute() -> API:
    return API()


def server_of(request) -> Instance:
    """The server that the URL names.  Raises InstanceNotFound (404), also when it is another project's."""
    return compute().get(request.context, request.path_args["server_id"])
