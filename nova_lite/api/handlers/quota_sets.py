"""Quotas of projects, and with ``user_id`` those of a user in a project, which are within the project's."""
from oslo_utils import strutils

from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.policies.quota_sets import DETAIL, SHOW
from nova_lite.api.schemas import quota_sets as schemas
from nova_lite.api.views import quota_sets as views
from nova_lite.api.wsgi import Response
from nova_lite.db import quota_classes, quotas, session
from nova_lite.models.quota import UNLIMITED, Quota


def _quota(request, policy: str) -> Quota:
    project_id = request.path_args["id"]
    policies.check(request.context, policy, {"project_id": project_id, "user_id": request.context.user_id})
    with session.reader() as connection:
        return quotas.get(connection, project_id, request.GET.get("user_id") or None)


@validation.answer(200, schemas.SHOWN)
@validation.query(*schemas.QUERY)
def show(request):
    quota = _quota(request, SHOW)
    return views.show(request, quota.limits, quota.project_id)


@validation.answer(200, schemas.DETAILED)
@validation.query(*schemas.QUERY)
def detail(request):
    return views.detail(request, _quota(request, DETAIL))


@validation.answer(200, schemas.SHOWN)
def defaults(request):
    with session.reader() as connection:
        return views.show(request, quotas.defaults(connection), request.path_args["id"])


@validation.answer(200, schemas.UPDATED)
@validation.query(*schemas.QUERY)
@validation.body(*schemas.UPDATE)
def update(request):
    """Set limits; below what is used, or for a user beyond the project's, only with ``force``."""
    project_id, user_id = request.path_args["id"], request.GET.get("user_id") or None
    values = dict(request.parsed_body["quota_set"])
    force = strutils.bool_from_string(values.pop("force", False), strict=True)
    limits = {name: int(value) for name, value in values.items()}

    @session.transaction
    def store(connection):
        if user_id is None:
            quotas.set_limits(connection, project_id, limits)
        else:
            quota_classes.update_user(connection, project_id, user_id, limits)
        quota = quotas.get(connection, project_id, user_id)
        most = quotas.get(connection, project_id).limits
        for name in limits if not force else ():
            _check(quota, name, most[name])
        return quota

    return views.show(request, store().limits)


def _check(quota: Quota, name: str, most: int) -> None:
    used, limit = quota.used.to_dict().get(name, 0), quota.limits[name]
    if limit != UNLIMITED and limit < used:
        raise exceptions.Invalid(f"Quota limit {limit} for {name} must be greater than or equal to already used and "
                                 f"reserved {used}.")
    if most != UNLIMITED and not UNLIMITED < limit <= most:
        raise exceptions.Invalid(f"Quota limit {limit} for {name} must be less than or equal to {most}.")


@validation.answer(202)
@validation.query(*schemas.QUERY)
def delete(request):
    if user_id := request.GET.get("user_id"):
        session.transaction(quota_classes.delete_user)(request.path_args["id"], user_id)
    else:
        session.transaction(quotas.delete_limits)(request.path_args["id"])
    return Response(202)
