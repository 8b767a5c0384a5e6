"""Server groups as clients see them."""
from nova_lite.models.server_group import ServerGroup


def show(request, group: ServerGroup) -> dict:
    body = {"id": group.uuid, "name": group.name, "members": list(group.members)}
    if request.version >= "2.13":
        body |= {"project_id": group.project_id, "user_id": group.user_id}
    if request.version < "2.64":
        return body | {"policies": [group.policy], "metadata": {}}
    rules = {} if group.max_server_per_host is None else {"max_server_per_host": group.max_server_per_host}
    return body | {"policy": group.policy, "rules": rules}
