"""nft rules of one network: anti-spoofing of its taps, translation towards the outside.

A network's rules are two tables (families bridge and ip) that are written whole, in one transaction,
from the ports there are: so a repeated or interrupted change leaves nothing behind.  Building the text
is pure; ``apply`` and ``remove`` hand it to nft.
"""
import ipaddress
import json
import subprocess
from collections.abc import Mapping, Sequence

from nova_lite import exceptions
from nova_lite.models import Network, PortSecurity, Vif
from nova_lite.network.host import floating as floating_ips
from nova_lite.network.host import names, security

HOOKS = ("prerouting", "forward")       # chains of the bridge table; the others are a tap's each
TIMEOUT = 30                    # seconds that nft may take


def _port_chain(vif: Vif) -> list[str]:
    """What the guest behind a tap may send.  IPv6 and all other protocols are dropped.

    ARP from 0.0.0.0 is a probe for a duplicate address (RFC 5227); DHCP has no address yet.
    """
    addresses = [ip.address for ip in vif.fixed_ips if ip.version == 4]
    tap, owned = names.tap(vif), ", ".join(addresses)
    lines = [
        f"  chain {tap} {{",
        f"    ether saddr != {vif.mac} drop",
        f"    ether type arp arp saddr ether != {vif.mac} drop",
        f"    ether type arp arp saddr ip {{ {', '.join([*addresses, '0.0.0.0'])} }} accept",
        "    ether type ip udp sport 67 drop",
        "    ether type ip ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept",
    ]
    if addresses:
        lines.append(f"    ether type ip ip saddr {{ {owned} }} accept")
    return [*lines, "    drop", "  }"]


def bridge_table(network: Network, vifs: Sequence[Vif], secured: bool = False) -> str:
    """Anti-spoofing of all taps of a network; ``secured``: they get what is for their own addresses only."""
    taps = ", ".join(f'"{names.tap(vif)}"' for vif in vifs)
    jumps = ", ".join(f'"{names.tap(vif)}" : jump {names.tap(vif)}' for vif in vifs)
    lines = [f"table bridge {names.table(names.bridge(network))} {{"]
    for vif in vifs:
        lines += _port_chain(vif)
    lines += [
        "  chain prerouting {",
        "    type filter hook prerouting priority -250; policy accept;",
        f"    iifname vmap {{ {jumps} }}",
        "  }",
        # each host answers its own guests' DHCP, so none of their requests goes to another port
        "  chain forward {",
        "    type filter hook forward priority -200; policy accept;",
        f"    iifname {{ {taps} }} ether type ip udp dport 67 drop",
        *(security.own_addresses_only(vifs) if secured else ()),
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def ip_table(network: Network, prefix: str, nat: bool, metadata: tuple[str, int], more: Sequence[str] = ()) -> str:
    """Translation to the outside, and no way to other networks' guests but by floating IPs.  ``more``: the chains of
    those, and of security groups.

    ``metadata``: address and port of the metadata service, when it is not where guests look for it.
    """
    bridge = names.bridge(network)
    lines = [
        f"table ip {names.table(bridge)} {{",
        "  chain forward {",
        "    type filter hook forward priority 0; policy accept;",
        "    ct status dnat accept",                        # a floating IP's: there groups decide
        f'    iifname "{bridge}" oifname "{prefix}*" oifname != "{bridge}" drop',
        "  }",
    ]
    if metadata != (names.METADATA_ADDRESS, 80):
        lines += [
            "  chain prerouting {",
            "    type nat hook prerouting priority -100;",
            f'    iifname "{bridge}" ip daddr {names.METADATA_ADDRESS} tcp dport 80 '
            f"dnat to {metadata[0]}:{metadata[1]}",
            "  }",
        ]
    if nat:
        lines += ["  chain postrouting {", "    type nat hook postrouting priority 100;"]
        for subnet in network.subnets:
            if subnet.version == 4:
                cidr = ipaddress.ip_network(subnet.cidr, strict=False)
                lines.append(f'    ip saddr {cidr} ip daddr != {cidr} oifname != "{bridge}" masquerade')
        lines.append("  }")
    return "\n".join([*lines, *more, "}"]) + "\n"


def _without(bridge: str) -> str:
    """Removes both tables of a bridge; ``add`` first, since deleting what is not there is an error to nft."""
    table = names.table(bridge)
    return "".join(f"add table {family} {table}\ndelete table {family} {table}\n" for family in ("bridge", "ip"))


def apply(network: Network, vifs: Sequence[Vif], *, prefix: str, nat: bool, metadata: tuple[str, int],
          told: Mapping[str, PortSecurity] | None = None, floating: Mapping[str, str] | None = None) -> None:
    """Make the network's rules exactly these.  ``told``: {port id: what it is allowed}, None: everything.
    ``floating``: {floating IP: fixed address}.

    Raises NovaLiteError with nft's complaint.
    """
    more = floating_ips.chains(network, floating or {})
    if told is not None:
        more += security.chains(network, vifs, told)
    _nft(_without(names.bridge(network)) + bridge_table(network, vifs, told is not None)
         + ip_table(network, prefix, nat, metadata, more))


def chains() -> dict[str, set[str]]:
    """{bridge: taps that have a chain in its table} of every bridge that has a table."""
    found: dict[str, set[str]] = {}
    for item in json.loads(_nft("", "--json", "list", "chains", "bridge"))["nftables"]:
        chain = item.get("chain", {})
        if chain.get("table", "").startswith(names.TABLE_PREFIX):
            taps = found.setdefault(chain["table"].removeprefix(names.TABLE_PREFIX), set())
            taps |= {chain["name"]} - set(HOOKS)
    return found


def remove(bridge: str) -> None:
    """Take a bridge's rules away; fine when there are none."""
    _nft(_without(bridge))


def _nft(text: str, *command: str) -> str:
    """What nft prints when it does a command, or what the text says."""
    try:
        done = subprocess.run(["nft", *(command or ("-f", "-"))], input=text, capture_output=True, text=True,
                              timeout=TIMEOUT)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise exceptions.NovaLiteError(f"nft cannot be run: {exc}") from exc
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise exceptions.NovaLiteError(f"nft refused the guests' filter rules: {reason}")
    return done.stdout
