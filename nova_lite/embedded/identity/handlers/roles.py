"""Roles, which are fixed, and who has which of them in a project."""
from nova_lite.api.auth import protection
from nova_lite.embedded.errors import conflict, forbidden, not_found
from nova_lite.embedded.identity import catalog, tokens, users, views
from nova_lite.embedded.identity.caller import admin, admin_or_self, caller, is_admin
from nova_lite.embedded.identity.handlers import projects
from nova_lite.embedded.identity.handlers import users as user_handlers
from nova_lite.embedded.service import Request, no_content


def _role(request: Request, name: str) -> dict:
    item = views.role(name)
    return {**item, "domain_id": None, "description": None, "options": {},
            "links": views.links(request, "roles", item["id"])}


def list_roles(request: Request):
    caller(request)
    items = [_role(request, name) for name in users.ROLES if request.GET.get("name", name) == name]
    return views.collection(request, "roles", items)


def _name(id: str) -> str:
    """Raises ApiError (404)."""
    for name in users.ROLES:
        if catalog.stable_id("role", name) == id:
            return name
    raise not_found(f"Could not find role: {id}.")


def show_role(request: Request):
    caller(request)
    return {"role": _role(request, _name(request.args["role_id"]))}


def refuse_edit(request: Request):
    """Policies know these five roles only."""
    admin(request)
    if request.method == "POST" and request.object("role").get("name") in users.ROLES:
        raise conflict("Conflict occurred attempting to store role - Duplicate entry found.")
    raise forbidden(f"The roles of the embedded identity service are fixed: {', '.join(users.ROLES)}.")


def list_role_assignments(request: Request):
    token, query, directory = caller(request), request.GET, users.load()
    if not is_admin(token) and query.get("user.id") != token.user_id:
        raise forbidden()
    names = "include_names" in query and query["include_names"].lower() not in ("false", "0")
    items = []
    for grant in directory.grants:
        if query.get("user.id", grant.user_id) != grant.user_id or \
                query.get("scope.project.id", grant.project_id) != grant.project_id:
            continue
        user, project = {"id": grant.user_id}, {"id": grant.project_id}
        if names:
            user |= _named(directory.find("users", **user))
            project |= _named(directory.find("projects", **project))
        items += [{"role": views.role(name), "user": user, "scope": {"project": project}, "links": {}}
                  for name in grant.roles if query.get("role.id") in (None, catalog.stable_id("role", name))]
    return views.collection(request, "role_assignments", items)


def _named(item) -> dict:
    return {"name": item.name if item else "", "domain": views.DOMAIN}


def list_grants(request: Request):
    """The roles of a user in a project, as given."""
    user_id, project_id = request.args["user_id"], request.args["project_id"]
    admin_or_self(request, user_id)
    directory = _check(users.load(), user_id, project_id)
    return views.collection(request, "roles", [_role(request, name) for name in directory.roles(user_id, project_id)])


def _check(directory: users.Directory, user_id: str, project_id: str) -> users.Directory:
    """Raises ApiError (404) unless both are there."""
    user_handlers.find(directory, user_id)
    projects.find(directory, project_id)
    return directory


def _no_grant(name: str) -> Exception:
    return not_found(f"Could not find role assignment with role: {name}.")


def check_grant(request: Request):
    admin_or_self(request, request.args["user_id"])
    user_id, project_id, name = request.args["user_id"], request.args["project_id"], _name(request.args["role_id"])
    if name not in _check(users.load(), user_id, project_id).roles(user_id, project_id):
        raise _no_grant(name)
    return no_content()


def put_grant(request: Request):
    admin(request)
    user_id, project_id, name = request.args["user_id"], request.args["project_id"], _name(request.args["role_id"])

    def granted(directory: users.Directory) -> users.Directory:
        names = _check(directory, user_id, project_id).roles(user_id, project_id)
        return directory if name in names else directory.put(
            "grants", users.Grant(user_id, project_id, (*names, name)), ("user_id", "project_id"))
    users.edit(granted)
    return no_content()


def delete_grant(request: Request):
    admin(request)
    user_id, project_id, name = request.args["user_id"], request.args["project_id"], _name(request.args["role_id"])
    user_handlers.refuse_own(users.load(), user_id)

    def taken(directory: users.Directory) -> users.Directory:
        names = _check(directory, user_id, project_id).roles(user_id, project_id)
        if name not in names:
            raise _no_grant(name)
        left = tuple(other for other in names if other != name)
        if not left:
            return directory.without("grants", user_id=user_id, project_id=project_id)
        return directory.put("grants", users.Grant(user_id, project_id, left), ("user_id", "project_id"))
    users.edit(taken)
    tokens.revoke_user(user_id)
    return no_content()


def list_inferences(request: Request):
    """Which role implies which."""
    caller(request)
    items = [{"prior_role": views.role(name), "implies": [views.role(other) for other in protection.with_implied([name])
                                                          if other != name]} for name in users.ROLES]
    return views.collection(request, "role_inferences", [item for item in items if item["implies"]])
