"""Create: check, persist servers and their orders in one transaction, tell the conductor."""
from __future__ import annotations

import dataclasses
import uuid as uuid_module

from nova_lite import exceptions, failpoints, states
from nova_lite.compute import naming
from nova_lite.compute.api import fits
from nova_lite.compute.api.base import SERVICE, Orders
from nova_lite.conf import CONF
from nova_lite.db import actions, idempotency, instances, quotas, server_groups, session
from nova_lite.models import BlockDevice, Flavor, ImageMeta, Instance, NetworkRequest, Order
from nova_lite.models.idempotency import FirstOutcome
from nova_lite.trace import Trace, now


@dataclasses.dataclass(frozen=True)
class CreateRequest:
    """A create, checked for form.  ``user_data`` and the values of ``injected_files`` are base64, as given."""

    display_name: str
    flavor: Flavor
    image: ImageMeta
    admin_password: str
    display_description: str | None = None
    hostname: str | None = None
    key_name: str | None = None
    user_data: str | None = None
    metadata: dict = dataclasses.field(default_factory=dict)
    tags: tuple[str, ...] = ()
    injected_files: dict = dataclasses.field(default_factory=dict)
    requested_networks: tuple[NetworkRequest, ...] | None = None
    security_groups: tuple[str, ...] = ()
    availability_zone: str | None = None
    force_host: str | None = None
    force_node: str | None = None
    block_devices: tuple[BlockDevice, ...] = ()
    config_drive: bool = False
    min_count: int = 1
    max_count: int = 1
    scheduler_hints: dict = dataclasses.field(default_factory=dict)
    auto_disk_config: bool = False
    access_ip_v4: str | None = None
    access_ip_v6: str | None = None


class Creation(Orders):
    def create(self, context, request: CreateRequest) -> tuple[list[Instance], str]:
        """Persist servers and their orders, tell the conductor.  Returns them and the reservation's id.

        Raises what is wrong with the request (400, 403, 409) before anything is written.
        """
        trace = Trace(SERVICE)
        with trace.hop("POST /servers", function="api.handlers.servers:create", began=context.began):
            with trace.hop("compute.api.create", function="compute.api:API.create",
                           transition="-> building/scheduling"):
                self._check(request)
                networks = self.networks.validate(context, request.requested_networks, request.security_groups,
                                                  request.max_count) if request.requested_networks != () else ()
                request = dataclasses.replace(request, requested_networks=tuple(networks))
                key_data = self.key_data(context.user_id, request.key_name)
                reservation = naming.reservation_id()
                servers, orders = self._provision(context, request, key_data, reservation)
        if len(servers) == 1:
            context.resource_uuid = servers[0].uuid         # for the log, as routes with a server's id have it
        failpoints.hit("api", "build", "committed")
        self.conductor.build_instances(context, orders, trace.finished())
        failpoints.hit("api", "build", "sent")
        return servers, reservation

    @staticmethod
    def _check(request: CreateRequest) -> None:
        fits.image(request.flavor, request.image)
        fits.metadata(request.metadata)
        if request.max_count > 1 and request.hostname:
            raise exceptions.Invalid("Unable to allocate a single hostname to multiple instances")
        if request.max_count > 1 and any(n.port_id or n.address for n in request.requested_networks or ()):
            raise exceptions.Invalid("Unable to launch multiple instances with a single configured port ID or fixed "
                                     "IP. Please launch your instance one by one with different ports.")

    def _provision(self, context, request, key_data, reservation) -> tuple[list[Instance], list[Order]]:
        secrets = {"admin_password": request.admin_password}
        if request.injected_files:
            secrets["injected_files"] = request.injected_files
        params = {key: value for key, value in (
            ("availability_zone", request.availability_zone),
            ("force_hosts", [request.force_host] if request.force_host else None),
            ("force_nodes", [request.force_node] if request.force_node else None)) if value}
        # Given before the transaction: by these it is found again when the answer to its commit is lost.
        uuids = [str(uuid_module.uuid4()) for _ in range(request.max_count)]
        return self._provision_in_one_transaction(context, request, uuids, key_data, reservation, params, secrets)

    @staticmethod
    def _provisioned(connection, context, request, uuids, *_args) -> tuple[list[Instance], list[Order]] | None:
        orders = actions.placed(connection, uuids, context.request_id)
        rows = actions.load(connection, [order.action_id for order in orders])
        servers = sorted((server for _, server in rows), key=lambda server: server.launch_index)
        return (servers, orders) if servers else None

    @staticmethod
    @session.transaction(done=_provisioned)
    def _provision_in_one_transaction(connection, context, request, uuids, key_data, reservation, params, secrets):
        if key := context.idempotency_key:                # first, so that the second of two has no other error
            idempotency.remember(connection, key, FirstOutcome(
                uuids[0], reservation, key.seal(request.admin_password)))
        flavor, count = request.flavor, request.max_count
        try:
            quotas.reserve(connection, context.project_id, count, flavor.vcpus * count, flavor.memory_mb * count,
                           context.user_id)
        except exceptions.TooManyInstances:
            count = min(count - 1, quotas.headroom(connection, context.project_id, flavor.vcpus, flavor.memory_mb,
                                                   context.user_id))
            if count < request.min_count:
                raise
            quotas.reserve(connection, context.project_id, count, flavor.vcpus * count, flavor.memory_mb * count,
                           context.user_id)
        at, servers = now(), []
        for index, uuid in enumerate(uuids[:count]):
            name = naming.display_name(request.display_name, index, count)
            servers.append(Instance(
                uuid=uuid, project_id=context.project_id, user_id=context.user_id, display_name=name, flavor=flavor,
                display_description=request.display_description,
                hostname=request.hostname or naming.hostname(name, uuid), vm_state=states.BUILDING,
                task_state=states.SCHEDULING, availability_zone=request.availability_zone,
                pinned_availability_zone=request.availability_zone,
                image_ref=request.image.id, image_meta=request.image, metadata=request.metadata, tags=request.tags,
                key_name=request.key_name, key_data=key_data, user_data=request.user_data,
                config_drive=request.config_drive, reservation_id=reservation, launch_index=index,
                auto_disk_config=request.auto_disk_config, access_ip_v4=request.access_ip_v4,
                access_ip_v6=request.access_ip_v6, requested_networks=request.requested_networks,
                security_groups=request.security_groups, scheduler_hints=request.scheduler_hints,
                block_devices=request.block_devices, created_at=at, updated_at=at))
        instances.insert(connection, servers)
        if group := request.scheduler_hints.get("group"):
            server_groups.join(connection, group, context.project_id, context.user_id, uuids[:count])
        orders = actions.insert(connection, context, [server.uuid for server in servers], "create", "build",
                                step="schedule", params=params, secrets=secrets,
                                timeout=CONF.workflow.build_timeout)
        return servers, orders
