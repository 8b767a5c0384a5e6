"""Quotas of projects.

A user has no quota apart from the project's: ``user_id`` is accepted where it only reads, and refused where
it would set something.
"""
from oslo_utils import strutils

from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.policies.quota_sets import DETAIL, SHOW
from nova_lite.api.schemas import quota_sets as schemas
from nova_lite.api.views import quota_sets as views
from nova_lite.api.wsgi import Response
from nova_lite.db import quotas, session
from nova_lite.models.quota import UNLIMITED, Quota


def _quota(request, policy: str) -> Quota:
    project_id = request.path_args["id"]
    policies.check(request.context, policy, {"project_id": project_id, "user_id": request.context.user_id})
    with session.reader() as connection:
        return quotas.get(connection, project_id)


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
    return views.show(request, quotas.defaults(), request.path_args["id"])


@validation.answer(200, schemas.UPDATED)
@validation.query(*schemas.QUERY)
@validation.body(*schemas.UPDATE)
def update(request):
    """Set limits; below what is used only with ``force``."""
    if "user_id" in request.GET:
        raise exceptions.Invalid("Quotas of a user cannot be set, only those of a project.")
    values = dict(request.parsed_body["quota_set"])
    force = strutils.bool_from_string(values.pop("force", False), strict=True)
    limits = {name: int(value) for name, value in values.items()}

    @session.transaction
    def store(connection):
        quotas.set_limits(connection, request.path_args["id"], limits)
        quota = quotas.get(connection, request.path_args["id"])
        if not force:
            for name in limits:
                _check(quota, name)
        return quota

    return views.show(request, store().limits)


def _check(quota: Quota, name: str) -> None:
    used, limit = quota.used.to_dict().get(name, 0), quota.limits[name]
    if limit != UNLIMITED and limit < used:
        raise exceptions.Invalid(f"Quota limit {limit} for {name} must be greater than or equal to already used and "
                                 f"reserved {used}.")


@validation.answer(202)
@validation.query(*schemas.QUERY)
def delete(request):
    if "user_id" not in request.GET:
        session.transaction(quotas.delete_limits)(request.path_args["id"])
    return Response(202)
