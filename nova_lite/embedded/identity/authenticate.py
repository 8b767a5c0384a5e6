"""From the ``auth`` object of POST /v3/auth/tokens to a token: methods, then scope.

Whatever is wrong, the answer is one and the same 401, and it takes as long for a user who does not
exist: nobody learns who does.
"""
import dataclasses
import datetime

from nova_lite.api.auth.protection import with_implied
from nova_lite.embedded.errors import ApiError, bad_request, forbidden
from nova_lite.embedded.identity import tokens, users

UNAUTHORIZED = "The request you have made requires authentication."
_DOMAINS = ({"id": "default"}, {"name": "Default"})


def unauthorized() -> ApiError:
    return ApiError(401, UNAUTHORIZED)


def authenticate(auth: dict) -> tuple[str, tokens.Token]:
    """The signed text and the token.  Raises ApiError: 400 malformed, 401, 403 (a credential rescoped)."""
    identity = _object(auth, "identity")
    methods = identity.get("methods")
    if not isinstance(methods, list) or not methods or not all(isinstance(m, str) for m in methods):
        raise bad_request("Expecting to find methods in identity.")
    identified = [_method(name)(_object(identity, name)) for name in methods]
    first = identified[0]
    if any(other.user_id != first.user_id for other in identified):
        raise unauthorized()
    directory = users.load()
    user = directory.find("users", id=first.user_id, enabled=True)
    if user is None:
        raise unauthorized()
    scope = auth.get("scope")
    if first.application_credential_id is not None:
        elsewhere = scope not in (None, "unscoped") and _project(directory, scope).id != first.project_id
        if "token" in methods or elsewhere:
            raise forbidden("Application credentials cannot request a scope.")
        return tokens.issue(first)
    token = dataclasses.replace(first, user_name=user.name, methods=tuple(dict.fromkeys((*methods, *first.methods))),
                                project_id=None, project_name=None, roles=())
    if scope is None and user.default_project_id and directory.roles(user.id, user.default_project_id):
        scope = {"project": {"id": user.default_project_id}}
    if scope not in (None, "unscoped"):
        project = _project(directory, scope)
        roles = directory.roles(user.id, project.id)
        if not roles:
            raise unauthorized()
        token = dataclasses.replace(token, project_id=project.id, project_name=project.name, roles=roles)
    return tokens.issue(token)


def _object(container: dict, key: str) -> dict:
    value = container.get(key) if isinstance(container, dict) else None
    if not isinstance(value, dict):
        raise bad_request(f"Expecting to find {key} in the body. The server could not comply with the request "
                          "since it is either malformed or otherwise incorrect.")
    return value


def _in_domain(item: dict) -> bool:
    return item.get("domain") in _DOMAINS or item.get("domain") == {"id": "default", "name": "Default"}


def _project(directory: users.Directory, scope) -> users.Project:
    wanted = _object(scope, "project") if isinstance(scope, dict) and "project" in scope else None
    if wanted is None:
        raise unauthorized()        # of a system or a domain: nobody has a role there
    if "id" in wanted:
        project = directory.find("projects", id=wanted["id"], enabled=True)
    else:
        project = directory.find("projects", name=wanted.get("name"), enabled=True) if _in_domain(wanted) else None
    if project is None:
        raise unauthorized()
    return project


def _user(directory: users.Directory, wanted: dict) -> users.User | None:
    if "id" in wanted:
        return directory.find("users", id=wanted["id"], enabled=True)
    return directory.find("users", name=wanted.get("name"), enabled=True) if _in_domain(wanted) else None


def _password(method: dict) -> tokens.Token:
    wanted = _object(method, "user")
    user = _user(users.load(), wanted)
    if not users.check_secret(wanted.get("password"), user.password_hash if user else None):
        raise unauthorized()
    return tokens.Token(user.id, user.name, ("password",))


def _token(method: dict) -> tokens.Token:
    old = tokens.verify(method.get("id")) if isinstance(method.get("id"), str) else None
    if old is None:
        raise unauthorized()
    return old          # with its expiry: a chain of rescoped tokens must not live for ever


def _application_credential(method: dict) -> tokens.Token:
    directory = users.load()
    credential = None
    if "id" in method:
        credential = directory.find("application_credentials", id=method["id"])
    elif isinstance(method.get("user"), dict):
        owner = _user(directory, method["user"])
        credential = owner and directory.find("application_credentials", user_id=owner.id, name=method.get("name"))
    if not users.check_secret(method.get("secret"), credential.secret_hash if credential else None):
        raise unauthorized()
    user = directory.find("users", id=credential.user_id, enabled=True)
    project = directory.find("projects", id=credential.project_id, enabled=True)
    # A role that the user has lost since is no longer the credential's either.
    granted = directory.roles(credential.user_id, credential.project_id)
    if user is None or project is None or credential.expired or not set(credential.roles) <= set(with_implied(granted)):
        raise unauthorized()
    token = tokens.Token(user.id, user.name, ("application_credential",), project.id, project.name, credential.roles,
                         credential.id, credential.unrestricted)
    if credential.expires_at is None:
        return token
    end = datetime.datetime.fromisoformat(credential.expires_at).replace(tzinfo=datetime.UTC).timestamp()
    lifetime = datetime.datetime.now(datetime.UTC).timestamp() + tokens.CONF.embedded.token_lifetime
    return dataclasses.replace(token, expires_at=min(end, lifetime))


_METHODS = {"password": _password, "token": _token, "application_credential": _application_credential}


def _method(name: str):
    if name not in _METHODS:
        raise unauthorized()
    return _METHODS[name]
