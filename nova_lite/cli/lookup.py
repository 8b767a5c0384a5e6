"""From what a user typed (a name or an id) to the thing."""
import re

from nova_lite.cli.errors import CommandError

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    return bool(_UUID.fullmatch(text))


def server(cloud, name_or_id: str, all_projects: bool = False):
    """The server with all its fields; CommandError when there is none."""
    everywhere = {"all_projects": True} if all_projects else {}
    return _found(cloud.compute.find_server(name_or_id, ignore_missing=True, **everywhere), "server", name_or_id)


def server_id(cloud, name_or_id: str, all_projects: bool = False) -> str:
    """The id alone.  A uuid is believed: a deleted server cannot be found, but its actions can."""
    return name_or_id if is_uuid(name_or_id) else server(cloud, name_or_id, all_projects).id


def flavor(cloud, name_or_id: str):
    return _found(cloud.compute.find_flavor(name_or_id, ignore_missing=True), "flavor", name_or_id)


def image(cloud, name_or_id: str):
    return _found(cloud.image.find_image(name_or_id, ignore_missing=True), "image", name_or_id)


def network(cloud, name_or_id: str):
    return _found(cloud.network.find_network(name_or_id, ignore_missing=True), "network", name_or_id)


def port(cloud, name_or_id: str):
    return _found(cloud.network.find_port(name_or_id, ignore_missing=True), "port", name_or_id)


def port_id(cloud, name_or_id: str) -> str:
    """The id alone; a uuid is believed."""
    return name_or_id if is_uuid(name_or_id) else port(cloud, name_or_id).id


def _found(thing, noun: str, name_or_id: str):
    if thing is None:
        raise CommandError(f"No {noun} has the name or id {name_or_id!r}. See: nova-lite {noun} list")
    return thing
