"""Availability zones."""
from nova_lite.api import validation
from nova_lite.api.schemas import availability_zones as schemas
from nova_lite.api.views import availability_zones as views
from nova_lite.db import aggregates, services, session
from nova_lite.trace import now


@validation.answer(200, schemas.LISTED)
def index(_request):
    with session.reader() as connection:
        return views.brief(services.list_all(connection), aggregates.zones(connection), now())


@validation.answer(200, schemas.DETAILED)
def detail(_request):
    with session.reader() as connection:
        return views.detail(services.list_all(connection), aggregates.zones(connection), now())
