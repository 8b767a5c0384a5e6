"""A server's interfaces: what there is, one more, one less."""
from nova_lite import exceptions, failpoints
from nova_lite.compute.api.base import SERVICE, Orders, unchanged
from nova_lite.conf import CONF
from nova_lite.db import actions, instances, services, session
from nova_lite.models import Instance, NetworkRequest, Order, PortState
from nova_lite.trace import Trace


class Interfaces(Orders):
    def ports(self, context, instance: Instance) -> list[PortState]:
        """In the order in which they were attached; of the network service, which knows them best."""
        order = {vif.id: number for number, vif in enumerate(instance.network_info)}
        found = self.networks.ports(context, instance.uuid)
        return sorted(found, key=lambda port: order.get(port.id, len(order)))

    def port(self, context, instance: Instance, port_id: str) -> PortState:
        """Raises PortNotFound, also for another server's."""
        found = next((port for port in self.ports(context, instance) if port.id == port_id), None)
        if found is None:
            raise exceptions.PortNotFound(f"Instance {instance.uuid} does not have a port with id {port_id}")
        return found

    def attach_interface(self, context, instance: Instance, request: NetworkRequest | None) -> None:
        """Order one more interface; None: on the project's only network.  ``attached`` waits for it.

        Raises what is wrong with the request (400, 403, 404, 409) before anything is written.
        """
        self._guard(context, instance, "attach_interface", "attach_interface")
        try:
            wanted = self.networks.validate(context, None if request is None else [request], (), 1)
        except exceptions.NetworkAmbiguous as error:
            raise exceptions.Invalid(str(error)) from error
        if not wanted:
            raise exceptions.Invalid("No specific network was requested and none are available for project "
                                     f"'{context.project_id}'.")
        self._order(context, instance, "attach_interface", "attach_interface", "attach_interface",
                    method="attach_interface", params={"request": wanted[0].to_dict()},
                    timeout=CONF.workflow.interface_timeout)

    def attached(self, context, instance: Instance) -> str:
        """The id of the port that this request's order of ``attach_interface`` has attached; waits for its end.

        Raises what went wrong, with the code that the host gave it; InterfaceAttachFailed when there is no end in
        sight: the order goes on then, until it is done or undone.
        """
        action = self._ended(context, instance, CONF.workflow.interface_timeout)
        if action is None:
            raise exceptions.InterfaceAttachFailed(instance_uuid=instance.uuid)
        if action.state == actions.DONE:
            return action.params["attached"]
        error = action.params.get("error", {"code": 409, "message": "the server was taken over by another action"})
        raise exceptions.InterfaceAttachFailed.because(instance.uuid, error["code"], error["message"])

    def detach_interface(self, context, instance: Instance, port_id: str) -> None:
        """Raises PortNotFound, InstanceInvalidState, InstanceIsLocked."""
        trace = Trace(SERVICE)
        while True:
            self._guard(context, instance, "detach_interface", "detach_interface")
            if instance.host is None:
                raise exceptions.InstanceNotReady(instance_id=instance.uuid)
            if port_id not in (vif.id for vif in instance.network_info):
                raise exceptions.PortNotFound(port_id=port_id)
            with trace.hop("compute.api.detach_interface", function="compute.api:API.detach_interface"):
                try:
                    order = self._order_detach(context, instance, port_id)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)
        failpoints.hit("api", "detach_interface", "committed")
        if order.step == "detach_interface":
            self.compute.step(context, order, instance, trace.finished(), port_id=port_id)
        else:
            self.conductor.run_order(context, order, trace.finished())
        failpoints.hit("api", "detach_interface", "sent")

    @staticmethod
    @session.transaction(done=Orders._placed)
    def _order_detach(connection, context, instance: Instance, port_id: str) -> Order:
        instances.hold(connection, instance.uuid, unchanged(instance))
        up = services.compute_is_up(connection, instance.host)
        [order] = actions.insert(connection, context, [instance.uuid], "detach_interface", "detach_interface",
                                 step="detach_interface" if up else "release_interface",
                                 host=instance.host if up else None, params={"port_id": port_id})
        return order
