"""Security groups as nft rules of one network, and whether this host can enforce them.

They are chains of the network's table in family ip: bridged packets come through it when the bridge asks for that
(br_netfilter), and there connections are tracked, which a bridge's own family can only where the kernel was built
so (NF_CONNTRACK_BRIDGE).  What a guest sends is looked at in prerouting, before an address is translated; what it gets
in postrouting, whether from a guest beside it, from outside or from the host itself.  The tap's own filters
(``host.firewall``) see to it that an address is its port's.
"""
import contextlib
import ipaddress
import json
import pathlib
import subprocess
from collections.abc import Mapping, Sequence

from nova_lite.models import Network, PortSecurity, SecurityRule, Vif
from nova_lite.network.host import names
from nova_lite.network.host.links import server_address
from nova_lite.network.host.ports import root, write_file

BRIDGE_FILTERING = pathlib.Path("/proc/sys/net/bridge")           # there once br_netfilter is
TIMEOUT = 10                    # seconds for a tool
NUMBERS = {"ah": 51, "dccp": 33, "egp": 8, "esp": 50, "gre": 47, "icmp": 1, "igmp": 2, "ipip": 4, "ospf": 89,
           "pgm": 113, "rsvp": 46, "sctp": 132, "tcp": 6, "udp": 17, "udplite": 136, "vrrp": 112}
ICMP = 1
_PROBE = """table ip nova_lite_probe {
  chain probe {
    type filter hook postrouting priority -150; policy accept;
    ct state related accept
    ct direction original meta l4proto 6 ct original ip saddr 10.0.0.0/8 ct original proto-dst 22-80 accept
  }
}
"""


def why_not() -> str | None:
    """The reason why this host cannot enforce security groups; None when it can."""
    if not BRIDGE_FILTERING.exists():
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(["modprobe", "br_netfilter"], capture_output=True, timeout=TIMEOUT)
    if not BRIDGE_FILTERING.exists():
        return "the kernel has no br_netfilter, so packets between guests of one bridge cannot be tracked"
    try:
        done = subprocess.run(["nft", "--check", "-f", "-"], input=_PROBE, capture_output=True, text=True,
                              timeout=TIMEOUT)
    except (OSError, subprocess.TimeoutExpired) as exc:
        return f"nft cannot be run: {exc}"
    if done.returncode:
        return f"the kernel refuses rules that track connections: {(done.stderr.strip().splitlines() or ['?'])[0]}"
    return None


# -- what was last told ------------------------------------------------------------------------------------
def load() -> dict[str, PortSecurity]:
    """{port id: what it is allowed} as it was last stored: a machine that starts anew has no other."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        found = map(PortSecurity.from_dict, json.loads(_file().read_text()))
        return {port.port_id: port for port in found}
    return {}


def store(told: Mapping[str, PortSecurity]) -> None:
    write_file(_file(), json.dumps([port.to_dict() for port in told.values()]))


def _file() -> pathlib.Path:
    return root() / "security.json"


# -- the rules ---------------------------------------------------------------------------------------------
def chains(network: Network, vifs: Sequence[Vif], told: Mapping[str, PortSecurity]) -> list[str]:
    """Lines of the network's table.  A port of which nothing was told yet gets no further than its own address."""
    bridge, lines = names.bridge(network), []
    servers = [address for subnet in network.subnets if subnet.version == 4
               and (address := server_address(subnet))]
    for vif in vifs:
        rules, tap = told.get(vif.id, PortSecurity(vif.id)).rules, names.tap(vif)
        metadata = f"meta l4proto 6 ct original ip daddr {names.METADATA_ADDRESS} ct original proto-dst 80"
        lines += _begun(f"out_{tap}", [metadata, *_matches(rules, "egress")])
        lines += _begun(f"in_{tap}", _matches(rules, "ingress"))
        answers = [f"ip saddr {{ {', '.join(servers)} }} udp sport 67 udp dport 68 accept"] if servers else []
        lines += _chain(f"from_{tap}", ["udp sport 68 udp dport 67 accept"], original=f"out_{tap}", reply=f"in_{tap}")
        lines += _chain(f"to_{tap}", answers, original=f"in_{tap}", reply=f"out_{tap}")
    for name, hook, interface, side, way in (("egress", "prerouting", "iifname", "saddr", "from"),
                                             ("ingress", "postrouting", "oifname", "daddr", "to")):
        jumps = ", ".join(f"{ip.address} : jump {way}_{names.tap(vif)}" for vif in vifs for ip in vif.fixed_ips
                          if ip.version == 4)
        if jumps:
            lines += [f"  chain {name} {{", f"    type filter hook {hook} priority -150; policy accept;",
                      f'    {interface} "{bridge}" ip {side} vmap {{ {jumps} }}', "  }"]
    return lines


def _chain(name: str, first: Sequence[str], *, original: str, reply: str) -> list[str]:
    """What goes one way past a tap: by the rules for connections that began this way, or the other."""
    return [f"  chain {name} {{", "    ct state related accept", *(f"    {line}" for line in first),
            f"    ct direction original jump {original}", f"    ct direction reply jump {reply}", "    drop", "  }"]


def _begun(name: str, matches: Sequence[str]) -> list[str]:
    return [f"  chain {name} {{", *(f"    {text} accept" if text else "    accept" for text in matches), "  }"]


def _matches(rules: Sequence[SecurityRule], direction: str) -> list[str]:
    found = (_match(rule) for rule in rules if rule.direction == direction)
    return [text for text in dict.fromkeys(found) if text is not None]


def _match(rule: SecurityRule) -> str | None:
    """What nft looks for; None when nothing matches.  Nothing of the rule gets into the text that is no number or
    address."""
    parts = []
    if rule.remotes is not None:
        if not rule.remotes:
            return None
        remotes = [ipaddress.IPv4Network(remote, strict=False) for remote in rule.remotes]
        if not any(remote.prefixlen == 0 for remote in remotes):
            side = "saddr" if rule.direction == "ingress" else "daddr"
            addresses = ", ".join(map(_text, ipaddress.collapse_addresses(remotes)))
            parts.append(f"ct original ip {side} {{ {addresses} }}")
    if rule.protocol is not None:
        number = NUMBERS.get(rule.protocol)
        if number is None:
            if not rule.protocol.isdigit():
                return None                     # IPv6's
            number = int(rule.protocol)
        parts.append(f"meta l4proto {number}")
        if rule.port_min is not None or rule.port_max is not None:
            first, last = _icmp(rule) if number == ICMP else (int(rule.port_min), int(rule.port_max))
            parts.append(f"ct original proto-dst {first}-{last}")
    return " ".join(parts)


def _icmp(rule: SecurityRule) -> tuple[int, int]:
    """Type and code, as the kernel keeps them in the place of a port (struct nf_conntrack_tuple)."""
    kind = int(rule.port_min) << 8
    return (kind, kind | 255) if rule.port_max is None else (kind | int(rule.port_max),) * 2


def _text(network: ipaddress.IPv4Network) -> str:
    return str(network.network_address) if network.prefixlen == 32 else str(network)


def own_addresses_only(vifs: Sequence[Vif]) -> list[str]:
    """Lines of the bridge table's forward chain: to a tap goes what is for its port, so that no frame with another's
    address or for everybody comes past the rules."""
    lines = []
    for vif in vifs:
        own = ", ".join(ip.address for ip in vif.fixed_ips if ip.version == 4)
        match = f"ip daddr != {{ {own} }} " if own else ""
        lines.append(f'    oifname "{names.tap(vif)}" ether type ip {match}drop')
    return lines
