"""The identity API on one screen."""
from nova_lite.embedded.identity.handlers import (
    application_credentials,
    domains,
    projects,
    roles,
    services,
    tokens,
    users,
    versions,
)
from nova_lite.embedded.identity.views import fault
from nova_lite.embedded.service import Service

_GRANTS = "/v3/projects/{project_id}/users/{user_id}/roles"
ROUTES = {
    "/": {"GET": versions.list_versions},
    "/v3": {"GET": versions.show_version},
    "/v3/auth/tokens": {"POST": tokens.create_token, "GET": tokens.show_token, "DELETE": tokens.delete_token},
    "/v3/auth/catalog": {"GET": tokens.show_catalog},
    "/v3/auth/projects": {"GET": tokens.list_projects},
    "/v3/auth/domains": {"GET": tokens.list_domains},
    "/v3/users": {"GET": users.list_users, "POST": users.create_user},
    "/v3/users/{user_id}": {"GET": users.show_user, "PATCH": users.update_user, "DELETE": users.delete_user},
    "/v3/users/{user_id}/password": {"POST": users.change_password},
    "/v3/users/{user_id}/projects": {"GET": users.list_user_projects},
    "/v3/users/{user_id}/application_credentials": {"GET": application_credentials.list_credentials,
                                                    "POST": application_credentials.create_credential},
    "/v3/users/{user_id}/application_credentials/{id}": {"GET": application_credentials.show_credential,
                                                         "DELETE": application_credentials.delete_credential},
    "/v3/projects": {"GET": projects.list_projects, "POST": projects.create_project},
    "/v3/projects/{project_id}": {"GET": projects.show_project, "PATCH": projects.update_project,
                                  "DELETE": projects.delete_project},
    _GRANTS: {"GET": roles.list_grants},
    _GRANTS + "/{role_id}": {"HEAD": roles.check_grant, "PUT": roles.put_grant, "DELETE": roles.delete_grant},
    "/v3/domains": {"GET": domains.list_domains, "POST": domains.refuse_edit},
    "/v3/domains/{domain_id}": {"GET": domains.show_domain, "PATCH": domains.refuse_edit,
                                "DELETE": domains.refuse_edit},
    "/v3/roles": {"GET": roles.list_roles, "POST": roles.refuse_edit},
    "/v3/roles/{role_id}": {"GET": roles.show_role, "PATCH": roles.refuse_edit, "DELETE": roles.refuse_edit},
    "/v3/role_assignments": {"GET": roles.list_role_assignments},
    "/v3/role_inferences": {"GET": roles.list_inferences},
    "/v3/services": {"GET": services.list_services},
    "/v3/services/{service_id}": {"GET": services.show_service},
    "/v3/endpoints": {"GET": services.list_endpoints},
    "/v3/endpoints/{endpoint_id}": {"GET": services.show_endpoint},
    "/v3/regions": {"GET": services.list_regions},
}


def make_app() -> Service:
    return Service("identity", ROUTES, fault)
