"""What stack.sh prints at the end: where everything is, the first server, and what to type next."""
import os
import pathlib
import re
import subprocess

from tools.stack import config, virtualenv
from tools.stack.cloud import Cloud
from tools.stack.settings import DEFAULT_DATA, Settings

CONSOLE_LINES = 12


def show(settings: Settings, cloud: Cloud, pids) -> None:
    ports = settings.ports
    database = "given by URL" if settings.database_url else settings.db
    print(f"""
compute API   {config.url(settings, ports.compute)}/v2.1
identity      {config.url(settings, ports.embedded)}/identity/v3
image         {config.url(settings, ports.embedded)}/image
network       {config.url(settings, ports.embedded)}/network
guests        {settings.virt}{f" ({settings.virt_reason})" if settings.virt_reason else ""}
database      {database}
data          {settings.data} (logs in log/, your own options in local.conf)
clouds        {settings.data}/clouds.yaml: nova-lite (user demo), nova-lite-admin; also openrc
consoles      nova-lite console url show SERVER ({_pages(settings)})
health        http://127.0.0.1:{ports.observability}/healthcheck, /metrics (the API's; the other services' ports follow)
memory        {memory(pids):.0f} MB for {len(pids)} processes of nova-lite""")
    server = cloud.server(settings.first_server) if settings.first_server else None
    if server:
        _show_server(settings, cloud, server)
    _show_next(settings, server)


def _pages(settings: Settings) -> str:
    page = pathlib.Path("/usr/share/novnc/vnc_lite.html")           # [vnc] novnc_path
    where = config.url(settings, settings.ports.novncproxy)
    return f"screens at {where}" if page.exists() else "install the package novnc to see screens in a browser"


def memory(pids) -> float:
    """MB of proportional memory (PSS: shared pages count for their share)."""
    total = 0
    for pid in pids:
        try:
            found = re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += int(found[1]) if found else 0
    return total * 1024 / 1e6


def _show_server(settings, cloud, server):
    addresses = ", ".join(address["addr"] for network in (server.addresses or {}).values() for address in network)
    print(f"\nserver        {server.name} {server.id} {server.status} {addresses}")
    if not settings.fake and server.status == "ACTIVE":
        print("console")
        for line in [line for line in cloud.console(server.id).splitlines() if line.strip()][-CONSOLE_LINES:]:
            print(f"  | {line}")
    env = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(settings.data / "clouds.yaml")}
    command = [virtualenv.program("nova-lite"), "--os-cloud", "nova-lite-admin", "server", "trace", server.id]
    trace = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    print("trace")
    for line in (trace.stdout if trace.returncode == 0 else trace.stderr).splitlines():
        print(f"  | {line}")


def _show_next(settings, server):
    print(f"""
next
  . {virtualenv.PATH}/bin/activate; export OS_CLIENT_CONFIG_FILE={settings.data}/clouds.yaml OS_CLOUD=nova-lite
  openstack server list --long
  openstack server create --image lite-guest --flavor m1.tiny --network private --key-name demo --wait second""")
    if server and not settings.fake:
        address = next((address["addr"] for network in (server.addresses or {}).values() for address in network), "")
        print(f"  ssh -i {settings.data}/demo.key cirros@{address}")
    unstack = "./tools/unstack.sh" + ("" if settings.data == DEFAULT_DATA else f" --data-dir {settings.data}")
    print(f"  {unstack:<39}  # stops everything; --purge also forgets it")
