"""Projects: an admin sees and edits all, others see those where they have a role."""
import dataclasses

from nova_lite.embedded.errors import conflict, forbidden, not_found
from nova_lite.embedded.identity import tokens, users, views
from nova_lite.embedded.identity.body import Body, named
from nova_lite.embedded.identity.caller import admin, caller, is_admin
from nova_lite.embedded.service import Request, no_content


def _visible(request: Request) -> list:
    token, directory = caller(request), users.load()
    return list(directory.projects) if is_admin(token) else directory.projects_of(token.user_id)


def list_projects(request: Request):
    items = named(request, _visible(request))
    return views.collection(request, "projects", [views.project(request, item) for item in items])


def show_project(request: Request):
    for item in _visible(request):
        if item.id == request.args["project_id"]:
            return {"project": views.project(request, item)}
    raise not_found(f"Could not find project: {request.args['project_id']}.")


def find(directory: users.Directory, id: str) -> users.Project:
    """Raises ApiError (404)."""
    item = directory.find("projects", id=id)
    if item is None:
        raise not_found(f"Could not find project: {id}.")
    return item


def _fields(wanted: Body) -> dict:
    found = {}
    if "name" in wanted:
        found["name"] = users.check_name(wanted.take("name"))
    if "enabled" in wanted:
        found["enabled"] = wanted.boolean("enabled")
    if "description" in wanted:
        found["description"] = wanted.text("description", none=True) or ""
    wanted.only("parent_id", "default", None)           # no trees of projects, no projects that are domains
    wanted.only("is_domain", False)
    wanted.only("tags", [])
    wanted.check_rest()
    return found


def _put(directory: users.Directory, item: users.Project) -> users.Directory:
    other = directory.find("projects", name=item.name)
    if other is not None and other.id != item.id:
        raise conflict(f"Conflict occurred attempting to store project - it is not permitted to have two projects with "
                       f"the same name in a domain: {item.name}.")
    return directory.put("projects", item)


def create_project(request: Request):
    admin(request)
    wanted = Body(request, "project")
    wanted.require("name")
    item = users.Project(users.new_id(), **_fields(wanted))
    users.edit(lambda directory: _put(directory, item))
    return 201, {"project": views.project(request, item)}


def update_project(request: Request):
    admin(request)
    fields, id = _fields(Body(request, "project")), request.args["project_id"]
    if fields.get("enabled") is False or "name" in fields:
        _refuse_own(users.load(), id)
    directory = users.edit(lambda directory: _put(directory, dataclasses.replace(find(directory, id), **fields)))
    item = find(directory, id)
    if not item.enabled:
        _revoke_members(directory, id)
    return {"project": views.project(request, item)}


def delete_project(request: Request):
    """Its servers, images and networks stay, and an admin's to delete: as with Keystone, nobody is asked."""
    admin(request)
    id, before = request.args["project_id"], users.load()
    _refuse_own(before, id)

    def without(directory: users.Directory) -> users.Directory:
        find(directory, id)
        return directory.without("projects", id=id).without("grants", project_id=id).without(
            "application_credentials", project_id=id)
    users.edit(without)
    _revoke_members(before, id)
    return no_content()


def _revoke_members(directory: users.Directory, id: str) -> None:
    for grant in directory.all("grants", project_id=id):
        tokens.revoke_user(grant.user_id)


def _refuse_own(directory: users.Directory, id: str) -> None:
    """Raises ApiError: 404; 403 for the project of the cloud's own user."""
    find(directory, id)
    own = directory.find("users", name=users.SERVICE_USER)
    if own is not None and directory.roles(own.id, id):
        raise forbidden(f"The project of user {users.SERVICE_USER} is the cloud's own.")
