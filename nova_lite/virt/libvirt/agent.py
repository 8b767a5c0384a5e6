"""What is asked of a guest through its agent, or by an interrupt."""
import libvirt

from nova_lite import exceptions
from nova_lite.models import Instance
from nova_lite.virt.libvirt.describe import has_agent
from nova_lite.virt.libvirt.guests import OwnGuest

_NO_ANSWER = (libvirt.VIR_ERR_AGENT_UNRESPONSIVE, libvirt.VIR_ERR_AGENT_UNSYNCED)


def set_password(guest: OwnGuest, instance: Instance, password: str) -> None:
    """Of the user that the image names, else of root.  Raises GuestAgentUnavailable."""
    if not has_agent(instance):
        raise exceptions.GuestAgentUnavailable(
            instance=instance.uuid, reason="the image does not say that there is one (hw_qemu_guest_agent)")
    properties = instance.image_meta.properties
    user = properties.get("os_admin_user") or (
        "Administrator" if properties.get("os_type") == "windows" else "root")
    try:
        guest.domain.setUserPassword(str(user), password, 0)
    except libvirt.libvirtError as exc:
        if exc.get_error_code() in (*_NO_ANSWER, libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED):
            raise exceptions.GuestAgentUnavailable(instance=instance.uuid, reason="it does not answer") from exc
        raise exceptions.GuestAgentUnavailable(instance=instance.uuid,
                                               reason=f"it refused: {exc.get_error_message()}") from exc


def inject_nmi(guest: OwnGuest) -> None:
    guest.domain.injectNMI()
