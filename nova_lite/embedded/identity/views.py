"""JSON of identity's nouns, in Keystone's shapes."""
import datetime

from nova_lite.api.auth import protection
from nova_lite.conf import CONF
from nova_lite.embedded.identity import catalog, tokens, users
from nova_lite.embedded.service import Request, title

DOMAIN = {"id": "default", "name": "Default"}


def fault(error) -> dict:
    return {"error": {"code": error.code, "message": error.message, "title": title(error.code)}}


def endpoint(request: Request) -> str:
    """This service's URL as the client knows it."""
    return CONF.embedded.public_url.rstrip("/") + "/identity" if CONF.embedded.public_url else request.application_url


def time_text(seconds: float) -> str:
    """Clients parse exactly this: microseconds and Z."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def collection(request: Request, name: str, items: list) -> dict:
    return {name: items, "links": {"self": request.path_url, "previous": None, "next": None}}


def links(request: Request, *path: str) -> dict:
    return {"self": "/".join((endpoint(request), "v3", *path))}


def role(name: str) -> dict:
    return {"id": catalog.stable_id("role", name), "name": name}


def roles(names) -> list[dict]:
    return [role(name) for name in protection.with_implied(names)]


def token(value: tokens.Token, with_catalog: bool = True) -> dict:
    body = {"methods": list(value.methods), "issued_at": time_text(value.issued_at),
            "expires_at": time_text(value.expires_at), "audit_ids": [value.id],
            "user": {"id": value.user_id, "name": value.user_name, "domain": DOMAIN, "password_expires_at": None}}
    if value.project_id is not None:
        body |= {"project": {"id": value.project_id, "name": value.project_name, "domain": DOMAIN},
                 "is_domain": False, "roles": roles(value.roles)}
        if with_catalog:
            body["catalog"] = catalog.catalog()
    if value.application_credential_id is not None:
        body["application_credential"] = {"id": value.application_credential_id,
                                          "restricted": not value.unrestricted}
    return {"token": body}


def user(request: Request, item: users.User) -> dict:
    return {**item.extra, "id": item.id, "name": item.name, "domain_id": "default", "enabled": item.enabled,
            "options": {}, "password_expires_at": None, "default_project_id": item.default_project_id,
            "links": links(request, "users", item.id)}


def project(request: Request, item: users.Project) -> dict:
    return {"id": item.id, "name": item.name, "domain_id": "default", "parent_id": "default", "is_domain": False,
            "enabled": item.enabled, "description": item.description, "tags": [], "options": {},
            "links": links(request, "projects", item.id)}


def domain(request: Request) -> dict:
    return {**DOMAIN, "enabled": True, "description": "The only domain.", "tags": [], "options": {},
            "links": links(request, "domains", "default")}


def application_credential(request: Request, item: users.ApplicationCredential) -> dict:
    return {"id": item.id, "name": item.name, "description": item.description or None, "project_id": item.project_id,
            "user_id": item.user_id, "system": None,
            "roles": [{**role(name), "domain_id": None} for name in item.roles],
            "expires_at": item.expires_at, "unrestricted": item.unrestricted,
            "links": links(request, "users", item.user_id, "application_credentials", item.id)}
