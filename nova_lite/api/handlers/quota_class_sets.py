"""Quota classes: what an administrator sets of the class ``default`` is every project's default limit."""
from nova_lite.api import validation
from nova_lite.api.schemas import quota_class_sets as schemas
from nova_lite.api.views import quota_class_sets as views
from nova_lite.db import quota_classes, quotas, session


@validation.answer(200, schemas.SHOWN)
def show(request):
    name = request.path_args["id"]
    with session.reader() as connection:
        limits = quotas.configured() | quota_classes.get(connection, name)
    return views.show(request, limits, name)


@validation.answer(200, schemas.UPDATED)
@validation.body(*schemas.UPDATE)
def update(request):
    name = request.path_args["id"]
    limits = {resource: int(limit) for resource, limit in request.parsed_body["quota_class_set"].items()}

    @session.transaction
    def store(connection):
        quota_classes.update(connection, name, limits)
        return quotas.configured() | quota_classes.get(connection, name)

    return views.show(request, store())
