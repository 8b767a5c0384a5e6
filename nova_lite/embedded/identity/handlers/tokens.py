"""/v3/auth/tokens, /v3/auth/catalog, /v3/auth/projects."""
from nova_lite.embedded.errors import forbidden, not_found
from nova_lite.embedded.identity import authenticate, catalog, tokens, users, views
from nova_lite.embedded.identity.caller import caller, is_admin
from nova_lite.embedded.service import Request, json_response, no_content


def create_token(request: Request):
    value, token = authenticate.authenticate(request.object("auth"))
    return json_response(views.token(token, with_catalog="nocatalog" not in request.GET), 201,
                         {"X-Subject-Token": value, "Vary": "X-Auth-Token"})


def _subject(request: Request) -> tuple[str, tokens.Token]:
    asking = caller(request)
    value = request.headers.get("X-Subject-Token", "")
    token = tokens.verify(value)
    if token is None:
        raise not_found("Could not find token.")
    if token.user_id != asking.user_id and not is_admin(asking) and "service" not in asking.roles:
        raise forbidden()
    return value, token


def show_token(request: Request):
    value, token = _subject(request)
    return json_response(views.token(token, with_catalog="nocatalog" not in request.GET), 200,
                         {"X-Subject-Token": value, "Vary": "X-Auth-Token"})


def delete_token(request: Request):
    _, token = _subject(request)
    tokens.revoke(token)
    return no_content()


def show_catalog(request: Request):
    caller(request)
    return views.collection(request, "catalog", catalog.catalog())


def list_projects(request: Request):
    token = caller(request)
    return views.collection(request, "projects",
                            [views.project(request, item) for item in users.load().projects_of(token.user_id)])


def list_domains(request: Request):
    caller(request)
    return views.collection(request, "domains", [views.domain(request)])
