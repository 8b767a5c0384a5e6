"""The compute API layer: check, persist the server and the order in one transaction, cast.

Called by the REST handlers; the only user of the database on their behalf.  Everything that changes a guest is
an order here and work elsewhere; when this returns, the row says already what goes on (task_state).
"""
from __future__ import annotations

import dataclasses
import logging
import uuid as uuid_module

from nova_lite import exceptions, failpoints, states
from nova_lite import image as image_api
from nova_lite import network as network_api
from nova_lite.compute import naming
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.conductor.rpcapi import ConductorAPI
from nova_lite.conf import CONF
from nova_lite.db import (
    actions,
    aggregates,
    flavors,
    idempotency,
    instances,
    keypairs,
    quotas,
    server_groups,
    server_query,
    services,
    session,
)
from nova_lite.image.client import ImageClient
from nova_lite.models import Action, Diagnostics, Event, Flavor, ImageMeta, Instance, NetworkRequest, Order
from nova_lite.models.idempotency import FirstOutcome, IdempotencyKey
from nova_lite.models.server_query import ServerQuery
from nova_lite.network.client import NetworkClient
from nova_lite.trace import Trace, now

LOG = logging.getLogger(__name__)
SERVICE = "nova-api"


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
    config_drive: bool = False
    min_count: int = 1
    max_count: int = 1
    scheduler_hints: dict = dataclasses.field(default_factory=dict)
    auto_disk_config: bool = False
    access_ip_v4: str | None = None
    access_ip_v6: str | None = None


def _unchanged(instance: Instance):
    """The row is the one that was looked at.  What cancels open orders must know that it saw them all: one that
    another transaction commits meanwhile would stay open, and work against the new one."""
    return instances.table.c.generation == instance.generation


class API:
    """``images`` and ``networks`` are the clients of Glance and Neutron, real or embedded."""

    def __init__(self, images: ImageClient | None = None, networks: NetworkClient | None = None):
        self.images, self.networks = images or image_api.connect(), networks or network_api.connect()
        self.conductor, self.compute = ConductorAPI(), ComputeAPI()

    # -- looking things up -----------------------------------------------------------------------
    def flavor(self, context, flavorid: str) -> Flavor:
        """Raises FlavorNotFound, also for one that the project may not use."""
        with session.reader() as connection:
            return flavors.get_visible(connection, flavorid, context.project_id, context.is_admin)

    @staticmethod
    def is_zone(name: str) -> bool:
        """Whether an aggregate makes an availability zone of this name of some host."""
        with session.reader() as connection:
            return name in aggregates.zones(connection).values()

    def image(self, context, image_id: str) -> ImageMeta:
        """Raises ImageNotFound."""
        return self.images.get(context, image_id)

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

    # -- create -----------------------------------------------------------------------------------
    def create(self, context, request: CreateRequest) -> tuple[list[Instance], str]:
        """Persist servers and their orders, tell the conductor.  Returns them and the reservation's id.

        Raises what is wrong with the request (400, 403, 409) before anything is written.
        """
        trace = Trace(SERVICE)
        with trace.hop("POST /servers", function="api.handlers.servers:create", began=context.began):
            with trace.hop("compute.api.create", function="compute.api:API.create",
                           transition="-> building/scheduling"):
                self._check_fits(request)
                networks = self.networks.validate(context, request.requested_networks, request.security_groups,
                                                  request.max_count) if request.requested_networks != () else ()
                request = dataclasses.replace(request, requested_networks=tuple(networks))
                key_data = self._key_data(context, request.key_name)
                reservation = naming.reservation_id()
                servers, orders = self._provision(context, request, key_data, reservation)
        if len(servers) == 1:
            context.resource_uuid = servers[0].uuid         # for the log, as routes with a server's id have it
        failpoints.hit("api", "build", "committed")
        self.conductor.build_instances(context, orders, trace.finished())
        failpoints.hit("api", "build", "sent")
        return servers, reservation

    @staticmethod
    def _check_fits(request: CreateRequest) -> None:
        flavor, image = request.flavor, request.image
        if flavor.memory_mb < image.min_ram:
            raise exceptions.FlavorMemoryTooSmall()
        if flavor.root_gb:
            if image.size and image.size > flavor.root_gb << 30:
                raise exceptions.FlavorDiskSmallerThanImage(flavor_size=flavor.root_gb << 30, image_size=image.size)
            if flavor.root_gb < image.min_disk:
                raise exceptions.FlavorDiskSmallerThanMinDisk(flavor_size=flavor.root_gb,
                                                              image_min_disk=image.min_disk)
        limit = CONF.quota.metadata_items
        if 0 <= limit < len(request.metadata):
            raise exceptions.QuotaError(f"Maximum number of metadata items exceeds {limit}")
        if request.max_count > 1 and request.hostname:
            raise exceptions.Invalid("Unable to allocate a single hostname to multiple instances")
        if request.max_count > 1 and any(n.port_id or n.address for n in request.requested_networks or ()):
            raise exceptions.Invalid("Unable to launch multiple instances with a single configured port ID or fixed "
                                     "IP. Please launch your instance one by one with different ports.")

    @staticmethod
    def _key_data(context, name: str | None) -> str | None:
        if name is None:
            return None
        with session.reader() as connection:
            return keypairs.get(connection, context.user_id, name).public_key

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
                hostname=naming.hostname(request.hostname or name, uuid), vm_state=states.BUILDING,
                task_state=states.SCHEDULING, availability_zone=request.availability_zone,
                pinned_availability_zone=request.availability_zone,
                image_ref=request.image.id, image_meta=request.image, metadata=request.metadata, tags=request.tags,
                key_name=request.key_name, key_data=key_data, user_data=request.user_data,
                config_drive=request.config_drive, reservation_id=reservation, launch_index=index,
                auto_disk_config=request.auto_disk_config, access_ip_v4=request.access_ip_v4,
                access_ip_v6=request.access_ip_v6, requested_networks=request.requested_networks,
                security_groups=request.security_groups, scheduler_hints=request.scheduler_hints,
                created_at=at, updated_at=at))
        instances.insert(connection, servers)
        if group := request.scheduler_hints.get("group"):
            server_groups.join(connection, group, context.project_id, context.user_id, uuids[:count])
        orders = actions.insert(connection, context, [server.uuid for server in servers], "create", "build",
                                step="schedule", params=params, secrets=secrets,
                                timeout=CONF.workflow.build_timeout)
        return servers, orders

    # -- what needs no guest ---------------------------------------------------------------------------
    def update(self, context, instance: Instance, **values) -> Instance:
        """Change display_name, display_description, hostname, access_ip_v4/6, auto_disk_config."""
        return self._update(instance, values)

    @staticmethod
    @session.transaction
    def _update(connection, instance, values):
        if not instances.update(connection, instance.uuid, **values):
            raise exceptions.InstanceNotFound(instance_id=instance.uuid)
        return instances.get(connection, instance.uuid)

    def update_metadata(self, context, instance: Instance, metadata: dict, replace: bool) -> dict:
        """Merge (or replace) and return all; raises QuotaError, InstanceInvalidState."""
        self._guard(context, instance, "metadata", "update_instance_metadata")
        return self._change_metadata(instance.uuid, lambda old: dict(metadata) if replace else {**old, **metadata})

    def delete_metadata(self, context, instance: Instance, key: str) -> None:
        self._guard(context, instance, "metadata", "delete_instance_metadata")
        self._change_metadata(instance.uuid, lambda old: {k: v for k, v in old.items() if k != key})

    @staticmethod
    @session.transaction
    def _change_metadata(connection, uuid, change):
        changed = change(instances.get(connection, uuid, for_update=True).metadata)
        limit = CONF.quota.metadata_items
        if 0 <= limit < len(changed):
            raise exceptions.QuotaError(f"Maximum number of metadata items exceeds {limit}")
        instances.update(connection, uuid, metadata=changed)
        return changed

    def lock(self, context, instance: Instance, reason: str | None = None) -> None:
        owner = context.project_id == instance.project_id
        if instance.locked and owner and not context.is_admin:
            return
        self._set_lock(context, instance, "lock", "owner" if owner else "admin", reason)

    def unlock(self, context, instance: Instance) -> None:
        self._set_lock(context, instance, "unlock", None, None)

    @staticmethod
    @session.transaction
    def _set_lock(connection, context, instance, action, locked_by, reason):
        if not instances.update(connection, instance.uuid, locked_by=locked_by, locked_reason=reason):
            raise exceptions.InstanceNotFound(instance_id=instance.uuid)
        actions.insert(connection, context, [instance.uuid], action, action, step=None)

    def diagnostics(self, context, instance: Instance) -> Diagnostics:
        """What the guest has used, as its host says.  Raises InstanceNotReady, InstanceInvalidState (409)."""
        if instance.host is None:
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        return self.compute.get_diagnostics(context, instance)

    def console_output(self, context, instance: Instance, length: int | None) -> str:
        """The console log's last ``length`` lines (None or -1: all); raises InstanceNotReady (409)."""
        if instance.host is None:
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        return self.compute.get_console_output(context, instance, None if length == -1 else length)

    # -- orders for the server's host ---------------------------------------------------------------------
    @staticmethod
    def _guard(context, instance: Instance, action: str, method: str) -> states.Guard:
        guard = states.ACTIONS[action]
        if instance.locked and not context.is_admin:
            raise exceptions.InstanceIsLocked(instance_uuid=instance.uuid)

        def refuse(attr, state):
            raise exceptions.InstanceInvalidState(method=method, instance_uuid=instance.uuid, attr=attr, state=state)
        if instance.vm_state not in guard.vm_states:
            refuse("vm_state", instance.vm_state)
        if guard.task_states != states.ANY and instance.task_state not in guard.task_states:
            refuse("task_state", instance.task_state)
        if guard.must_have_launched and instance.launched_at is None:
            refuse("launched_at", instance.launched_at)
        return guard

    def start(self, context, instance: Instance) -> None:
        self._order(context, instance, "start", "start", "start_instance", method="start")

    def stop(self, context, instance: Instance) -> None:
        self._order(context, instance, "stop", "stop", "stop_instance", method="stop")

    def reboot(self, context, instance: Instance, reboot_type: str) -> None:
        """``reboot_type``: SOFT or HARD."""
        guard = "reboot" if reboot_type == "SOFT" else "reboot_hard"
        self._order(context, instance, guard, "reboot", "reboot_instance", method="reboot", cancels=True,
                    params={"reboot_type": reboot_type})

    def _order(self, context, instance, guard_name, action, step, *, method, params=None, cancels=False):
        """Guard, then the state and the order in one transaction, then the cast to the host."""
        trace = Trace(SERVICE)
        while True:
            guard = self._guard(context, instance, guard_name, method)
            if instance.host is None:
                raise exceptions.InstanceNotReady(instance_id=instance.uuid)
            with trace.hop(f"compute.api.{method}", function=f"compute.api:API.{method}",
                           transition=states.describe(guard.event)):
                try:
                    order = self._place_order(context, instance, guard.event, action, step, params, cancels)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # another request was faster: look again
        failpoints.hit("api", action, "committed")
        self.compute.step(context, order, instance, trace.finished(), **(params or {}))
        failpoints.hit("api", action, "sent")

    @staticmethod
    def _placed(connection, context, instance, *_args) -> Order | None:
        """What a transaction whose commit was not answered has left: the request's order."""
        return next(iter(actions.placed(connection, [instance.uuid], context.request_id)), None)

    @staticmethod
    @session.transaction(done=_placed)
    def _place_order(connection, context, instance, event, action, step, params, cancels) -> Order:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        if cancels:                       # a hard reboot takes over from a reboot that hangs
            actions.cancel_open(connection, instance.uuid)
        instances.transition(connection, instance.uuid, event, _unchanged(instance))
        [order] = actions.insert(connection, context, [instance.uuid], action, action, step=step, host=instance.host,
                                 params=params)
        return order

    # -- delete -------------------------------------------------------------------------------------------
    def delete(self, context, instance: Instance) -> None:
        """Delete in every state; a repetition while it goes on is fine.  Raises InstanceIsLocked."""
        trace = Trace(SERVICE)
        while True:
            self._guard(context, instance, "delete", "delete")
            with trace.hop("compute.api.delete", function="compute.api:API.delete", transition="* -> */deleting"):
                try:
                    order = self._order_delete(context, instance)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # it changed meanwhile; or gone: 404
        if order is None:
            return
        failpoints.hit("api", "delete", "committed")
        if order.step == "terminate_instance":
            self.compute.step(context, order, instance, trace.finished())
        else:
            self.conductor.run_order(context, order, trace.finished())
        failpoints.hit("api", "delete", "sent")

    @staticmethod
    @session.transaction(done=_placed)
    def _order_delete(connection, context, instance: Instance) -> Order | None:
        if instance.task_state == states.DELETING and actions.is_open(connection, instance.uuid, "delete"):
            return None
        actions.cancel_open(connection, instance.uuid)
        instances.transition(connection, instance.uuid, "delete", _unchanged(instance))
        up = instance.host is not None and services.compute_is_up(connection, instance.host)
        [order] = actions.insert(connection, context, [instance.uuid], "delete", "delete",
                                 step="terminate_instance" if up else "finish", host=instance.host if up else None)
        return order

    # -- history ----------------------------------------------------------------------------------------
    def actions(self, context, uuid: str) -> list[Action]:
        """Newest first."""
        with session.reader() as connection:
            return actions.of_instance(connection, uuid)

    def action(self, context, uuid: str, request_id: str) -> tuple[Action, list[Event]]:
        """Raises ActionNotFound."""
        with session.reader() as connection:
            action = actions.by_request(connection, uuid, request_id)
            return action, actions.events(connection, [action.id])[action.id]

    def traces(self, context, uuid: str) -> list[tuple[Action, list[Event]]]:
        """Every action with its hops, oldest first."""
        with session.reader() as connection:
            found = actions.of_instance(connection, uuid)[::-1]
            hops = actions.events(connection, [action.id for action in found])
        return [(action, hops[action.id]) for action in found]
