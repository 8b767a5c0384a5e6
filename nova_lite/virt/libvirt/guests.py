"""nova-lite's own domains among all that libvirtd has.  Everything that touches a domain gets it from here."""
import contextlib
import dataclasses
from collections.abc import Iterator

import libvirt

from nova_lite import states
from nova_lite.models import Guest
from nova_lite.virt.libvirt import layout
from nova_lite.virt.libvirt.connection import Connection, is_missing
from nova_lite.virt.libvirt.xml.metadata import OWN, OwnMetadata

POWER_STATES = {
    libvirt.VIR_DOMAIN_NOSTATE: states.NOSTATE, libvirt.VIR_DOMAIN_RUNNING: states.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: states.RUNNING, libvirt.VIR_DOMAIN_PAUSED: states.POWER_PAUSED,
    libvirt.VIR_DOMAIN_SHUTDOWN: states.RUNNING,        # on its way; SHUTOFF is when it is done
    libvirt.VIR_DOMAIN_SHUTOFF: states.SHUTDOWN, libvirt.VIR_DOMAIN_CRASHED: states.CRASHED,
    libvirt.VIR_DOMAIN_PMSUSPENDED: states.POWER_SUSPENDED,
}
SHUTOFF_REASONS = {
    libvirt.VIR_DOMAIN_SHUTOFF_SHUTDOWN: "the guest shut down",
    libvirt.VIR_DOMAIN_SHUTOFF_DESTROYED: "it was switched off",
    libvirt.VIR_DOMAIN_SHUTOFF_CRASHED: "QEMU died",
    libvirt.VIR_DOMAIN_SHUTOFF_FAILED: "it did not start",
}


@dataclasses.dataclass(frozen=True)
class OwnGuest:
    """A domain that carries our mark."""

    domain: libvirt.virDomain
    uuid: str
    attempt: int

    def running(self) -> bool:
        """Whether a QEMU process is there (paused ones too).  False when the domain has vanished."""
        return self.power()[0] not in (states.SHUTDOWN, states.NOSTATE, states.CRASHED)

    def power(self) -> tuple[int, str]:
        """power_state, and the reason of a guest that is off."""
        try:
            state, reason = self.domain.state()
        except libvirt.libvirtError as exc:
            if is_missing(exc):
                return states.SHUTDOWN, "its domain was removed"
            raise
        return POWER_STATES.get(state, states.NOSTATE), (
            SHUTOFF_REASONS.get(reason, "") if state == libvirt.VIR_DOMAIN_SHUTOFF else "")

    def model(self) -> Guest:
        return Guest(self.uuid, self.attempt, self.power()[0])


class ForeignDomain(Exception):
    """A domain of this uuid exists, and it is not ours."""


class Guests:
    """Looks up domains."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def find(self, uuid: str) -> OwnGuest | None:
        """None when there is none.  Raises ForeignDomain for one that somebody else made."""
        try:
            domain = self._connection.get().lookupByUUIDString(uuid)
        except libvirt.libvirtError as exc:
            if is_missing(exc):
                return None
            raise
        found = _own(domain)
        if found is None and self._still_there(uuid):
            raise ForeignDomain(f"domain {uuid} of libvirt was not made by this nova-lite")
        return found

    def all(self) -> Iterator[OwnGuest]:
        for domain in self._connection.get().listAllDomains():
            found = _own(domain)
            if found is not None:
                yield found

    def _still_there(self, uuid: str) -> bool:
        with contextlib.suppress(libvirt.libvirtError):
            self._connection.get().lookupByUUIDString(uuid)
            return True
        return False


def _own(domain: libvirt.virDomain) -> OwnGuest | None:
    try:
        text = domain.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, OWN, libvirt.VIR_DOMAIN_AFFECT_CURRENT)
    except libvirt.libvirtError as exc:
        if exc.get_error_code() in (libvirt.VIR_ERR_NO_DOMAIN_METADATA, libvirt.VIR_ERR_NO_DOMAIN):
            return None
        raise
    own = OwnMetadata.parse(text)
    if own is None or own.home != str(layout.home()):
        return None
    return OwnGuest(domain, own.uuid, own.attempt)
