"""A user's own application credentials: made, listed, shown, deleted."""
import datetime
import secrets

from nova_lite.api.auth import protection
from nova_lite.embedded.errors import ApiError, bad_request, conflict, forbidden, not_found
from nova_lite.embedded.identity import catalog, tokens, users, views
from nova_lite.embedded.identity.caller import admin_or_self, caller
from nova_lite.embedded.service import Request, no_content


def _own_token(request: Request) -> tokens.Token:
    token = caller(request)
    if token.user_id != request.args["user_id"]:
        raise forbidden()
    if not token.unrestricted:
        raise forbidden("A restricted application credential cannot manage application credentials.")
    return token


def list_credentials(request: Request):
    admin_or_self(request, request.args["user_id"])
    found = users.load().all("application_credentials", user_id=request.args["user_id"])
    items = [views.application_credential(request, item) for item in found
             if request.GET.get("name", item.name) == item.name]
    return views.collection(request, "application_credentials", items)


def show_credential(request: Request):
    admin_or_self(request, request.args["user_id"])
    return {"application_credential": views.application_credential(request, _find(request))}


def _find(request: Request) -> users.ApplicationCredential:
    item = users.load().find("application_credentials", user_id=request.args["user_id"], id=request.args["id"])
    if item is None:
        raise not_found(f"Could not find Application Credential: {request.args['id']}.")
    return item


def create_credential(request: Request):
    token = _own_token(request)
    if token.project_id is None:
        raise bad_request("An application credential needs a token that is scoped to a project.")
    wanted = request.object("application_credential")
    secret = wanted.get("secret") or secrets.token_urlsafe(48)
    if not isinstance(secret, str):
        raise bad_request("secret must be a string")
    item = users.ApplicationCredential(
        id=users.new_id(), name=users.check_name(wanted.get("name")), user_id=token.user_id,
        project_id=token.project_id, roles=_roles(wanted.get("roles"), token), secret_hash=users.hash_secret(secret),
        description=str(wanted.get("description") or "")[:255], expires_at=_expiry(wanted.get("expires_at")),
        unrestricted=wanted.get("unrestricted") is True)

    def add(directory: users.Directory) -> users.Directory:
        if directory.find("application_credentials", user_id=item.user_id, name=item.name):
            raise conflict(f"Application credential '{item.name}' already exists.")
        return directory.put("application_credentials", item)
    users.edit(add)
    body = views.application_credential(request, item)
    return 201, {"application_credential": {**body, "secret": secret}}


def _roles(wanted, token: tokens.Token) -> tuple[str, ...]:
    """Names of the roles asked for (all of the token's by default); nobody gives more than they have."""
    if not wanted:
        return token.roles
    by_id = {catalog.stable_id("role", name): name for name in users.ROLES}
    if not isinstance(wanted, list) or not all(isinstance(item, dict) for item in wanted):
        raise bad_request("roles must be a list of objects")
    names = tuple(item.get("name") or by_id.get(item.get("id"), "") for item in wanted)
    if not set(names) <= set(protection.with_implied(token.roles)):
        raise ApiError(400, "Invalid application credential: Could not find role assignment.")
    return names


def _expiry(text) -> str | None:
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError) as exc:
        raise bad_request("expires_at is not an ISO 8601 time") from exc
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    if moment <= datetime.datetime.now(datetime.UTC).replace(tzinfo=None):
        raise bad_request("expires_at is in the past")
    return moment.isoformat(timespec="microseconds")


def delete_credential(request: Request):
    _own_token(request)
    item = _find(request)
    users.edit(lambda directory: directory.without("application_credentials", id=item.id))
    tokens.revoke_credential(item.id)
    return no_content()
