"""Users: an admin sees and edits all, others see themselves and change their own password."""
import dataclasses

from nova_lite.embedded.errors import conflict, forbidden, not_found
from nova_lite.embedded.identity import tokens, users, views
from nova_lite.embedded.identity.authenticate import unauthorized
from nova_lite.embedded.identity.body import Body, named
from nova_lite.embedded.identity.caller import admin, admin_or_self, caller, is_admin
from nova_lite.embedded.service import Request, no_content


def list_users(request: Request):
    token = caller(request)
    items = users.load().users if is_admin(token) else users.load().all("users", id=token.user_id)
    return views.collection(request, "users", [views.user(request, item) for item in named(request, items)])


def find(directory: users.Directory, id: str) -> users.User:
    """Raises ApiError (404)."""
    item = directory.find("users", id=id)
    if item is None:
        raise not_found(f"Could not find user: {id}.")
    return item


def show_user(request: Request):
    admin_or_self(request, request.args["user_id"])
    return {"user": views.user(request, find(users.load(), request.args["user_id"]))}


def list_user_projects(request: Request):
    admin_or_self(request, request.args["user_id"])
    items = users.load().projects_of(request.args["user_id"])
    return views.collection(request, "projects", [views.project(request, item) for item in named(request, items)])


def _fields(wanted: Body) -> dict:
    """What the body says of a user, as the User has it; the body's end."""
    found = {}
    if "name" in wanted:
        found["name"] = users.check_name(wanted.take("name"), users.MOST_USER_NAME)
    if "password" in wanted:
        found["password_hash"] = users.hash_secret(wanted.text("password"))
    if "enabled" in wanted:
        found["enabled"] = wanted.boolean("enabled")
    if "default_project_id" in wanted:
        found["default_project_id"] = wanted.text("default_project_id", none=True)
    extra = wanted.rest()               # Keystone keeps any other key, too: description, email …
    return {**found, "extra": extra} if extra else found


def create_user(request: Request):
    admin(request)
    wanted = Body(request, "user")
    wanted.require("name")
    item = users.User(users.new_id(), **{"password_hash": None, **_fields(wanted)})
    users.edit(lambda directory: _put(directory, item))
    return 201, {"user": views.user(request, item)}


def _put(directory: users.Directory, item: users.User) -> users.Directory:
    other = directory.find("users", name=item.name)
    if other is not None and other.id != item.id:
        raise conflict(f"Conflict occurred attempting to store user - Duplicate entry found with name {item.name}.")
    return directory.put("users", item)


def update_user(request: Request):
    admin(request)
    fields = _fields(Body(request, "user"))
    id = request.args["user_id"]
    refuse_own(users.load(), id)

    def changed(directory: users.Directory) -> users.Directory:
        old = find(directory, id)
        extra = {**old.extra, **fields.get("extra", {})}
        return _put(directory, dataclasses.replace(old, **{**fields, "extra": extra}))
    item = find(users.edit(changed), id)
    if "password_hash" in fields or not item.enabled:
        tokens.revoke_user(id)
    return {"user": views.user(request, item)}


def change_password(request: Request):
    """Their own, with the old one: no token is needed, as in Keystone."""
    id, wanted = request.args["user_id"], Body(request, "user")
    wanted.require("original_password", "password")
    old, new = wanted.take("original_password"), wanted.text("password")
    wanted.check_rest()
    user = users.load().find("users", id=id, enabled=True)
    if not users.check_secret(old, user.password_hash if user else None):
        raise unauthorized()
    hashed = users.hash_secret(new)
    users.edit(lambda directory: directory.put(
        "users", dataclasses.replace(find(directory, id), password_hash=hashed)))
    tokens.revoke_user(id)
    return no_content()


def delete_user(request: Request):
    admin(request)
    id = request.args["user_id"]
    refuse_own(users.load(), id)

    def without(directory: users.Directory) -> users.Directory:
        find(directory, id)
        return directory.without("users", id=id).without("grants", user_id=id).without(
            "application_credentials", user_id=id)
    users.edit(without)
    tokens.revoke_user(id)
    return no_content()


def refuse_own(directory: users.Directory, id: str) -> None:
    """Raises ApiError: 404; 403 for the user that the services of the cloud themselves are."""
    if find(directory, id).name == users.SERVICE_USER:
        raise forbidden(f"User {users.SERVICE_USER} is the cloud's own: nova-lite-manage bootstrap keeps it.")
