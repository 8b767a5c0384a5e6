"""Users, projects, domains and roles, to read: an admin sees all, others themselves and their projects.

They are edited by ``nova-lite-manage user``: the file is the only truth.
"""
from nova_lite.embedded.errors import ApiError, forbidden, not_found
from nova_lite.embedded.identity import catalog, users, views
from nova_lite.embedded.identity.caller import admin_or_self, caller, is_admin
from nova_lite.embedded.service import Request


def refuse_edit(request: Request):
    caller(request)
    raise ApiError(403, "Users, projects and roles of the embedded identity service are edited with "
                        "'nova-lite-manage user', not through this API.")


def _named(request: Request, items: list) -> list:
    """Those that the query's ``name`` and ``enabled`` and ``domain_id`` let through."""
    name, enabled, domain = (request.GET.get(key) for key in ("name", "enabled", "domain_id"))
    return [item for item in items
            if name in (None, item.name) and domain in (None, "default")
            and (enabled is None or item.enabled == (enabled.lower() not in ("false", "0")))]


def list_users(request: Request):
    token = caller(request)
    items = users.load().users if is_admin(token) else users.load().all("users", id=token.user_id)
    return views.collection(request, "users", [views.user(request, item) for item in _named(request, items)])


def show_user(request: Request):
    admin_or_self(request, request.args["user_id"])
    item = users.load().find("users", id=request.args["user_id"])
    if item is None:
        raise not_found(f"Could not find user: {request.args['user_id']}.")
    return {"user": views.user(request, item)}


def list_user_projects(request: Request):
    admin_or_self(request, request.args["user_id"])
    items = users.load().projects_of(request.args["user_id"])
    return views.collection(request, "projects", [views.project(request, item) for item in _named(request, items)])


def _visible_projects(request: Request) -> list:
    token, directory = caller(request), users.load()
    return list(directory.projects) if is_admin(token) else directory.projects_of(token.user_id)


def list_projects(request: Request):
    items = _named(request, _visible_projects(request))
    return views.collection(request, "projects", [views.project(request, item) for item in items])


def show_project(request: Request):
    for item in _visible_projects(request):
        if item.id == request.args["project_id"]:
            return {"project": views.project(request, item)}
    raise not_found(f"Could not find project: {request.args['project_id']}.")


def list_domains(request: Request):
    caller(request)
    items = [views.domain(request)] if request.GET.get("name", "Default") == "Default" else []
    return views.collection(request, "domains", items)


def show_domain(request: Request):
    caller(request)
    if request.args["domain_id"] != "default":
        raise not_found(f"Could not find domain: {request.args['domain_id']}.")
    return {"domain": views.domain(request)}


def _role(request: Request, name: str) -> dict:
    item = views.role(name)
    return {**item, "domain_id": None, "description": None, "options": {},
            "links": views.links(request, "roles", item["id"])}


def list_roles(request: Request):
    caller(request)
    items = [_role(request, name) for name in users.ROLES if request.GET.get("name", name) == name]
    return views.collection(request, "roles", items)


def show_role(request: Request):
    caller(request)
    for name in users.ROLES:
        if catalog.stable_id("role", name) == request.args["role_id"]:
            return {"role": _role(request, name)}
    raise not_found(f"Could not find role: {request.args['role_id']}.")


def list_role_assignments(request: Request):
    token, query = caller(request), request.GET
    if not is_admin(token) and query.get("user.id") != token.user_id:
        raise forbidden()
    items = []
    for grant in users.load().grants:
        if query.get("user.id", grant.user_id) != grant.user_id or \
                query.get("scope.project.id", grant.project_id) != grant.project_id:
            continue
        items += [{"role": views.role(name), "user": {"id": grant.user_id},
                   "scope": {"project": {"id": grant.project_id}}, "links": {}} for name in grant.roles]
    return views.collection(request, "role_assignments", items)
