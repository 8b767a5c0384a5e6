"""What the REST handlers ask of the database and of the image service."""
from nova_lite import image as image_api
from nova_lite import network as network_api
from nova_lite.db import (
    aggregates,
    flavors,
    hypervisors,
    idempotency,
    instances,
    keypairs,
    server_groups,
    server_query,
    services,
    session,
)
from nova_lite.image.client import ImageClient
from nova_lite.models import Flavor, ImageMeta, Instance
from nova_lite.models.idempotency import FirstOutcome, IdempotencyKey
from nova_lite.models.server_query import ServerQuery
from nova_lite.network.client import NetworkClient
from nova_lite.together import Asked
from nova_lite.trace import now


class Lookups:
    """``images`` and ``networks`` are the clients of Glance and Neutron, real or embedded."""

    def __init__(self, images: ImageClient | None = None, networks: NetworkClient | None = None):
        self.images, self.networks = images or image_api.connect(), networks or network_api.connect()
        self._asked = Asked()

    def flavor(self, context, flavorid: str) -> Flavor:
        """Raises FlavorNotFound, also for one that the project may not use."""
        with session.reader() as connection:
            return flavors.get_visible(connection, flavorid, context.project_id, context.is_admin)

    @staticmethod
    def is_zone(name: str) -> bool:
        """Whether an aggregate makes an availability zone of this name of some host."""
        with session.reader() as connection:
            return name in aggregates.zones(connection).values()

    @staticmethod
    def check_destination(host: str | None, node: str | None) -> None:
        """Raises ComputeHostNotFound unless there is a compute host of these names."""
        with session.reader() as connection:
            hypervisors.check_named(connection, host, node)

    def image(self, context, image_id: str) -> ImageMeta:
        """Raises ImageNotFound."""
        who = context.auth_token, context.project_id, context.is_admin
        return self._asked.ask((who, image_id), lambda: self.images.get(context, image_id))

    @staticmethod
    def key_data(user_id: str, name: str | None) -> str | None:
        """The public key of a user's key pair.  Raises KeypairNotFound."""
        if name is None:
            return None
        with session.reader() as connection:
            return keypairs.get(connection, user_id, name).public_key

    @staticmethod
    def _find(context, uuid: str, deleted: bool) -> Instance:
        with session.reader() as connection:
            return instances.get(connection, uuid, deleted=deleted,
                                 project_id=None if context.is_admin else context.project_id)

    def get(self, context, uuid: str) -> Instance:
        """Raises InstanceNotFound: missing, deleted, or another project's."""
        return self._find(context, uuid, deleted=False)

    def get_including_deleted(self, context, uuid: str) -> Instance:
        return self._find(context, uuid, deleted=True)

    @staticmethod
    def hosts_of(uuids) -> dict[str, str | None]:
        """{uuid: host} of those servers that live; a host may be None."""
        with session.reader() as connection:
            return instances.hosts(connection, uuids)

    def list_names(self, context, query: ServerQuery) -> list[server_query.Named]:
        """As ``list``."""
        with session.reader() as connection:
            return server_query.list_names(connection, query)

    def list(self, context, query: ServerQuery) -> list[Instance]:
        with session.reader() as connection:
            return server_query.list_servers(connection, query)

    def host_statuses(self, context, hosts) -> dict[str, str]:
        """{host: UP, DOWN, MAINTENANCE or UNKNOWN} of compute hosts, in one statement."""
        with session.reader() as connection:
            found = services.list_all(connection, binary="nova-compute", hosts=list(hosts)) if hosts else []
        statuses = {host: "UNKNOWN" for host in hosts}
        for service in found:
            statuses[service.host] = ("DOWN" if service.forced_down else "MAINTENANCE" if service.disabled
                                      else "UP" if services.is_up(service, now()) else "UNKNOWN")
        return statuses

    @staticmethod
    def server_group(instance: Instance) -> str | None:
        """The uuid of the group that a server is in."""
        with session.reader() as connection:
            return server_groups.of_server(connection, instance.uuid)

    @staticmethod
    def first_outcome(key: IdempotencyKey) -> FirstOutcome | None:
        """What the first request with this key has done; None: this is the first.  Raises IdempotencyKeyReused."""
        with session.reader() as connection:
            return idempotency.find(connection, key)
