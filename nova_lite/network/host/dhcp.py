"""The dnsmasq of one network: each port's MAC gets exactly its own address, others get none.

It is found again by its pid file and command line.  Ports are a hosts file, re-read on SIGHUP; a
changed network (addresses, routes, MTU) needs a new process.  DNS is off.
"""
import contextlib
import ipaddress
import logging
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Sequence

from nova_lite import exceptions
from nova_lite.models import Network, Subnet, Vif
from nova_lite.network.host import dhcp_release, names
from nova_lite.network.host.links import server_address
from nova_lite.network.host.ports import write_file

LOG = logging.getLogger(__name__)
START_TIMEOUT = 15              # seconds: dnsmasq returns when it serves
STOP_TIMEOUT = 5.0              # seconds
RELEASE_TIMEOUT = 1.0           # seconds; it takes milliseconds
LEASE = "24h"


def routes(subnet: Subnet) -> list[str]:
    """Option 121 (RFC 3442): metadata, the subnet's own routes and the default; it replaces the router option."""
    pairs = []
    server = server_address(subnet)
    if server:
        pairs.append((f"{names.METADATA_ADDRESS}/32", server))
    pairs += [(route["destination"], route["nexthop"]) for route in subnet.routes]
    if subnet.gateway:
        pairs.append(("0.0.0.0/0", subnet.gateway))
    return [item for pair in pairs for item in pair]


def config(network: Network, directory: pathlib.Path, dns_server: str, domain: str) -> str:
    """The text of dnsmasq's configuration file."""
    lines = [
        f"interface={names.bridge(network)}", "except-interface=lo", "bind-interfaces", "port=0",
        "no-resolv", "no-hosts", "no-ping", "dhcp-authoritative", "dhcp-ignore=tag:!known",
        f"pid-file={directory / 'dnsmasq.pid'}", f"dhcp-leasefile={directory / 'leases'}",
        f"dhcp-hostsfile={directory / 'hosts'}", f"log-facility={directory / 'dnsmasq.log'}",
        f"dhcp-option-force=option:mtu,{network.mtu}",
    ]
    if domain:
        lines.append(f"domain={domain}")
    for number, subnet in enumerate(s for s in network.subnets if s.version == 4):
        cidr, tag = ipaddress.ip_network(subnet.cidr, strict=False), f"subnet{number}"
        lines.append(f"dhcp-range=set:{tag},{cidr.network_address},static,{cidr.netmask},{LEASE}")
        if subnet.gateway:
            lines.append(f"dhcp-option=tag:{tag},option:router,{subnet.gateway}")
        else:
            lines.append(f"dhcp-option=tag:{tag},option:router")       # else dnsmasq names itself
        if found := routes(subnet):
            lines.append(f"dhcp-option=tag:{tag},option:classless-static-route,{','.join(found)}")
        own = tuple(address for address in subnet.dns if ":" not in address)
        if servers := own or ((dns_server,) if dns_server else ()):
            lines.append(f"dhcp-option=tag:{tag},option:dns-server,{','.join(servers)}")
    return "\n".join(lines) + "\n"


def hosts(vifs: Sequence[Vif]) -> str:
    """The hosts file: one line a port; the name is the address, as Neutron has it."""
    lines = []
    for vif in vifs:
        for address in (ip.address for ip in vif.fixed_ips if ip.version == 4):
            lines.append(f"{vif.mac},{address},host-{address.replace('.', '-')}")
            break       # a second address of the same interface is the guest's own affair
    return "".join(line + "\n" for line in lines)


class Dnsmasq:
    """The dnsmasq that serves one network; ``directory`` keeps its files."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.config_file = directory / "dnsmasq.conf"

    def pid(self) -> int | None:
        """The process's id; None when it does not run (a pid file may outlive its process)."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.directory / "dnsmasq.pid").read_text())
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            if f"--conf-file={self.config_file}".encode() in command.split(b"\0"):
                return pid
        return None

    def sync(self, network: Network, vifs: Sequence[Vif], dns_server: str, domain: str) -> None:
        """Serve exactly these ports.  Raises NovaLiteError when dnsmasq does not start."""
        changed = write_file(self.config_file, config(network, self.directory, dns_server, domain))
        # releases come before the new hosts: from a MAC that it does not know dnsmasq takes none
        keeps = self.pid() is not None and not changed and self._release_old(network, vifs)
        new_hosts = write_file(self.directory / "hosts", hosts(vifs))
        pid = self.pid()
        if pid is not None and keeps:
            if new_hosts:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGHUP)
            return
        self.stop()
        self._prune_leases(vifs)
        self._start()

    def stop(self) -> None:
        pid = self.pid()
        if pid is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            end = time.monotonic() + STOP_TIMEOUT
            while self.pid() is not None and time.monotonic() < end:
                time.sleep(0.01)
            if self.pid() is None:
                return

    def _start(self) -> None:
        try:
            done = subprocess.run(["dnsmasq", f"--conf-file={self.config_file}"], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=START_TIMEOUT, cwd="/")
        except (OSError, subprocess.TimeoutExpired) as exc:
            raise exceptions.NovaLiteError(f"dnsmasq cannot be run: {exc}") from exc
        if done.returncode:
            # the configuration is not what a running one has: the next sync must not think so
            self.config_file.unlink(missing_ok=True)
            raise exceptions.NovaLiteError(f"dnsmasq does not start: {done.stderr.strip() or done.returncode}")

    def leases(self) -> list[tuple[str, str]]:
        """(MAC, address) of every lease; the format is ``expiry MAC address name client-id``."""
        with contextlib.suppress(FileNotFoundError):
            rows = (line.split() for line in (self.directory / "leases").read_text().splitlines())
            return [(row[1], row[2]) for row in rows if len(row) >= 5]
        return []

    def _prune_leases(self, vifs: Sequence[Vif]) -> None:
        """While no dnsmasq runs: drop leases that are no longer a port's."""
        path, keep = self.directory / "leases", _pairs(vifs)
        with contextlib.suppress(FileNotFoundError):
            lines = path.read_text().splitlines(keepends=True)
            kept = [line for line in lines if len(row := line.split()) >= 5 and (row[1], row[2]) in keep]
            if kept != lines:
                write_file(path, "".join(kept))

    def _release_old(self, network: Network, vifs: Sequence[Vif]) -> bool:
        """An address whose old lease lives on would be refused to its new owner: give such leases back.

        Whether that was done; if not, a new process without them must do.
        """
        keep = _pairs(vifs)
        for mac, address in set(self.leases()) - keep:
            server = next((server_address(s) for s in network.subnets if s.version == 4 and
                           ipaddress.ip_address(address) in ipaddress.ip_network(s.cidr, strict=False)), None)
            if server:
                dhcp_release.send(names.bridge(network), server, address, mac)
        end = time.monotonic() + RELEASE_TIMEOUT
        while left := set(self.leases()) - keep:
            if time.monotonic() > end:
                LOG.info("leases %s were not given back; dnsmasq is started anew", left)
                return False
            time.sleep(0.005)
        return True


def _pairs(vifs: Sequence[Vif]) -> set[tuple[str, str]]:
    return {(vif.mac.lower(), ip.address) for vif in vifs for ip in vif.fixed_ips}
