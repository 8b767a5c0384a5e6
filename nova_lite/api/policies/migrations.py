"""Moves of servers: for those who run the cloud, and for managers of a project."""
from nova_lite.api.policies import ADMIN, MANAGER, documented

INDEX = "os_compute_api:os-migrations:index"
ALL_PROJECTS = "os_compute_api:os-migrations:index:all_projects"

rules = [
    documented(INDEX, MANAGER, "List the moves of the project's servers.", ("GET", "/os-migrations")),
    documented(ALL_PROJECTS, ADMIN, "List the moves of all projects' servers.", ("GET", "/os-migrations")),
    documented("os_compute_api:servers:migrations:index", MANAGER, "List a server's live migrations that go on.",
               ("GET", "/servers/{server_id}/migrations")),
    documented("os_compute_api:servers:migrations:show", ADMIN, "Show a live migration that goes on.",
               ("GET", "/servers/{server_id}/migrations/{migration_id}")),
    documented("os_compute_api:servers:migrations:force_complete", MANAGER, "Have a live migration end.",
               ("POST", "/servers/{server_id}/migrations/{migration_id}/action (force_complete)")),
    documented("os_compute_api:servers:migrations:delete", MANAGER, "Call a live migration off.",
               ("DELETE", "/servers/{server_id}/migrations/{migration_id}")),
]
