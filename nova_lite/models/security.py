"""What a host does for an interface as the network service has it: security groups, floating IPs (IPv4: guests have no
other)."""
import dataclasses

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class SecurityRule(Model):
    """Something is allowed.  ``protocol``: a name or number of Neutron's, None: all; ``port_min`` and ``port_max`` of
    ICMP are type and code.  ``remotes``: CIDRs or addresses of the other side, None: all, (): nobody."""

    direction: str                          # ingress or egress
    protocol: str | None = None
    port_min: int | None = None
    port_max: int | None = None
    remotes: tuple[str, ...] | None = None


@dataclasses.dataclass(frozen=True)
class FloatingAddress(Model):
    """An address of outside that stands for one of an interface's own."""

    address: str
    fixed_address: str


@dataclasses.dataclass(frozen=True)
class PortSecurity(Model):
    """All that is allowed an interface (what is not is not), and where it is to be reached from outside."""

    port_id: str
    rules: tuple[SecurityRule, ...] = ()
    floating: tuple[FloatingAddress, ...] = ()
