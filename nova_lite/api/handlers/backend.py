"""What handlers call: the compute API layer, the network and the image service.  One object of each a process."""
import functools

from nova_lite.compute.api import API
from nova_lite.image.proxy import ImageProxy
from nova_lite.models import Instance
from nova_lite.network.proxy import NetworkProxy


@functools.cache
def compute() -> API:
    return API()


@functools.cache
def networks() -> NetworkProxy:
    return NetworkProxy()


@functools.cache
def images() -> ImageProxy:
    return ImageProxy()


def forget() -> None:
    """Make them anew: the options that they were made of have changed."""
    for made in (compute, networks, images):
        made.cache_clear()


def server_of(request) -> Instance:
    """The server that the URL names.  Raises InstanceNotFound (404), also when it is another project's."""
    return compute().get(request.context, request.path_args["server_id"])
