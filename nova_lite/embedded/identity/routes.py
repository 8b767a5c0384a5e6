"""The identity API on one screen."""
from nova_lite.embedded.identity.handlers import (
    application_credentials,
    services,
    tokens,
    users,
    versions,
)
from nova_lite.embedded.identity.views import fault
from nova_lite.embedded.service import Service

_EDIT = {"PATCH": users.refuse_edit, "DELETE": users.refuse_edit}
ROUTES = {
    "/": {"GET": versions.list_versions},
    "/v3": {"GET": versions.show_version},
    "/v3/auth/tokens": {"POST": tokens.create_token, "GET": tokens.show_token, "DELETE": tokens.delete_token},
    "/v3/auth/catalog": {"GET": tokens.show_catalog},
    "/v3/auth/projects": {"GET": tokens.list_projects},
    "/v3/auth/domains": {"GET": tokens.list_domains},
    "/v3/users": {"GET": users.list_users, "POST": users.refuse_edit},
    "/v3/users/{user_id}": {"GET": users.show_user, **_EDIT},
    "/v3/users/{user_id}/projects": {"GET": users.list_user_projects},
    "/v3/users/{user_id}/application_credentials": {"GET": application_credentials.list_credentials,
                                                    "POST": application_credentials.create_credential},
    "/v3/users/{user_id}/application_credentials/{id}": {"GET": application_credentials.show_credential,
                                                         "DELETE": application_credentials.delete_credential},
    "/v3/projects": {"GET": users.list_projects, "POST": users.refuse_edit},
    "/v3/projects/{project_id}": {"GET": users.show_project, **_EDIT},
    "/v3/domains": {"GET": users.list_domains, "POST": users.refuse_edit},
    "/v3/domains/{domain_id}": {"GET": users.show_domain, **_EDIT},
    "/v3/roles": {"GET": users.list_roles, "POST": users.refuse_edit},
    "/v3/roles/{role_id}": {"GET": users.show_role, **_EDIT},
    "/v3/role_assignments": {"GET": users.list_role_assignments},
    "/v3/services": {"GET": services.list_services},
    "/v3/services/{service_id}": {"GET": services.show_service},
    "/v3/endpoints": {"GET": services.list_endpoints},
    "/v3/endpoints/{endpoint_id}": {"GET": services.show_endpoint},
    "/v3/regions": {"GET": services.list_regions},
}


def make_app() -> Service:
    return Service("identity", ROUTES, fault)
