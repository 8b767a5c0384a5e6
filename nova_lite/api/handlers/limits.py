"""Limits and usage of a project."""
from nova_lite.api import policies, validation
from nova_lite.api.policies.limits import OTHER_PROJECT
from nova_lite.api.schemas import limits as schemas
from nova_lite.api.views import limits as views
from nova_lite.db import quotas, session


@validation.answer(200, schemas.SHOWN)
@validation.query(*schemas.SHOW)
def index(request):
    """``tenant_id``: of another project, for administrators."""
    project_id = request.GET.get("tenant_id") or request.context.project_id
    if project_id != request.context.project_id:
        policies.check(request.context, OTHER_PROJECT)
    with session.reader() as connection:
        return views.show(request, quotas.get(connection, project_id))
