"""Aggregates as clients see them."""
from nova_lite.api.views import times
from nova_lite.models.aggregate import Aggregate


def brief(request, aggregate: Aggregate) -> dict:
    """What the answer to a create has."""
    body = {"id": aggregate.id, "name": aggregate.name, "availability_zone": aggregate.zone, "deleted": False,
            "deleted_at": None, "created_at": times.microseconds(aggregate.created_at),
            "updated_at": times.microseconds(aggregate.updated_at)}
    return body | {"uuid": aggregate.uuid} if request.version >= "2.41" else body


def show(request, aggregate: Aggregate) -> dict:
    return brief(request, aggregate) | {"hosts": list(aggregate.hosts), "metadata": aggregate.metadata}
