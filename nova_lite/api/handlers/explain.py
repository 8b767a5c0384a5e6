"""Why not?  What each filter of the scheduler would do with a server that is asked for; nova-lite's own."""
from nova_lite.api import validation
from nova_lite.api.handlers import server_create
from nova_lite.api.handlers.backend import compute
from nova_lite.api.schemas import explain as schemas
from nova_lite.models import ImageMeta


@validation.answer(200, schemas.EXPLAINED)
@validation.body(*schemas.EXPLAIN)
def create(request):
    asked, context = request.parsed_body["explain"], request.context
    flavor = compute().flavor(context, asked["flavorRef"])
    image = compute().image(context, asked["imageRef"]) if asked.get("imageRef") else ImageMeta()
    return {"explanation": compute().explain(
        context, flavor, image, project_id=asked.get("project_id") or context.project_id,
        availability_zone=asked.get("availability_zone"), host=asked.get("host"),
        hints=server_create.hints(asked.get("scheduler_hints") or {}))}
