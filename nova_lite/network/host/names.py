"""Names on the host, derived from ids alone, so that they are found again after any crash.

Called by the bridge plugging and by the libvirt driver (both must name the same bridge and tap).
"""
import hashlib

from nova_lite.conf import CONF
from nova_lite.models import Network, Vif

METADATA_ADDRESS = "169.254.169.254"
TABLE_PREFIX = "nova_lite_"
IFNAMSIZ = 15                   # characters that Linux allows in an interface's name


def bridge(network: Network) -> str:
    """The network's own name for its bridge, else the prefix and the id's first 8 digits."""
    return (network.bridge or f"{CONF.network.bridge_prefix}{network.id.replace('-', '')[:8]}")[:IFNAMSIZ]


def tap(vif: Vif) -> str:
    """Neutron's rule: ``tap`` and the port id's first 11 characters."""
    return (vif.devname or f"tap{vif.id[:11]}")[:IFNAMSIZ]


def table(bridge_name: str) -> str:
    """The nft table of a bridge (one in family bridge, one in family ip)."""
    return f"{TABLE_PREFIX}{bridge_name}"


def bridge_mac(host: str, network_id: str) -> str:
    """A fixed address for the bridge: without one it takes its lowest port's and changes as guests come and go."""
    digest = hashlib.sha256(f"{host}/{network_id}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x0A, *digest[:5]))
