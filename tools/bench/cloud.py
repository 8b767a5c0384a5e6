"""A deployment of real processes to be measured: a broker and a database server of its own, fake hosts."""
import contextlib
import os

from tests.chaos import broker, database
from tests.integration.deployment import Deployment
from tests.integration.observers import Observers
from tools.bench.cost import Meter
from tools.bench.endpoint import Endpoint
from tools.bench.load import Load

DATABASES = ("mariadb", "postgresql", "sqlite")
DEFAULT_DATABASE = "sqlite" if os.geteuid() else DATABASES[0]           # a server needs root
# As a deployment has it, not as tests that wait for deadlines want it.  But no build is told of before it is done,
# however slow the machine is: what a server costs would depend on that.
OPTIONS = """
[DEFAULT]
report_interval = 10
service_down_time = 60
[api]
workers = 2
[workflow]
step_lease = 20
sweep_interval = 5
[compute]
max_concurrent_builds = 10
progress_after = 300
[fake]
vcpus = 100000
memory_mb = 100000000
local_gb = 10000000
"""


class BenchCloud:
    """``load()`` makes servers in it, ``meter`` tells what that costs."""

    def __init__(self, deployment: Deployment, observers: Observers, servers: dict[str, list[int]]):
        self.deployment, self.observers = deployment, observers
        self.meter = Meter(deployment, observers, servers)
        admin = deployment.connect("admin")
        self.image, self.flavor = admin.image.find_image("lite-guest").id, admin.compute.find_flavor("m1.nano").id
        self.network = admin.network.find_network("private").id

    def load(self, network: bool = False) -> Load:
        """As the user demo."""
        return Load(Endpoint.of_cloud(**self.deployment.credentials()), image=self.image, flavor=self.flavor,
                    networks=[{"uuid": self.network}] if network else "none")


@contextlib.contextmanager
def running(kind: str = DEFAULT_DATABASE, *, hosts: int = 2, options: str = ""):
    """A furnished BenchCloud on a database of ``kind``."""
    with contextlib.ExitStack() as stack:
        node = stack.enter_context(broker.running())
        servers = {"broker": [node._server.pid()]}
        url = None
        if kind != "sqlite":
            server = stack.enter_context(database.running(kind)).server
            url, servers["database"] = server.url, [server._daemon.pid()]
        observers = Observers(hosts)
        deployment = stack.enter_context(Deployment(
            url, hosts=hosts, broker_url=node.url, options=OPTIONS + observers.options + options, failpoints=False))
        deployment.furnish(cidr="10.64.0.0/12")
        yield BenchCloud(deployment, observers, servers)
