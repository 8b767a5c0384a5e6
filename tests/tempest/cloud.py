"""The cloud that tempest runs against, and the tempest.conf that describes it."""
import configparser
import contextlib
import dataclasses
import pathlib
from collections.abc import Callable

import openstack

from nova_lite import audit, network, testing
from nova_lite.cmd import console_proxies
from nova_lite.context import admin_context
from tests.integration.deployment import Deployment, free_ports
from tests.tempest import accounts
from tests.tempest.kinds import FLAVOR_NAMES, Kind
from tests.waiting import wait

OPTIONS = """
[vnc]
novncproxy_port = {port}
novncproxy_base_url = http://127.0.0.1:{port}/vnc_lite.html
novnc_path = {pages}
"""
PAGES = pathlib.Path(__file__).parent / "pages"            # what stands for noVNC's
IMAGES = ("tempest", "tempest-alt")
EXTERNAL = "public"


@dataclasses.dataclass(frozen=True)
class Cloud:
    """``directory``: of its state and its logs.  ``audit()`` gives what it finds, as text."""

    kind: Kind
    directory: pathlib.Path
    credentials: Callable[[str], dict]
    audit: Callable[[], str]

    def connect(self) -> openstack.connection.Connection:
        """As admin."""
        return openstack.connect(**self.credentials("admin"))


@contextlib.contextmanager
def deployed(kind: Kind):
    """A furnished deployment of real processes, with RabbitMQ."""
    with Deployment(hosts=kind.hosts, virt=kind.virt, options=_options(kind), services=("novncproxy",)) as deployment:
        made = Cloud(kind, deployment.directory, deployment.credentials, deployment.audit)
        _furnish(made)
        yield made


@contextlib.contextmanager
def in_this_process(kind: Kind):
    """The same as an all-in-one cloud, which needs no services."""
    with testing.cloud(hosts=kind.hosts, options=_options(kind) + "[DEFAULT]\nlog_dir = $state_path/log\n") as found:
        found.services.add("novncproxy", console_proxies.run, ["vnc"])
        found.services.start("novncproxy")
        made = Cloud(kind, found.directory, found.credentials, _audit)
        admin = made.connect()
        admin.network.delete_network(admin.network.find_network("private"))     # the seed's: each project has its own
        _furnish(made)
        yield made


def _options(kind: Kind) -> str:
    [port] = free_ports(1)
    return kind.options + OPTIONS.format(port=port, pages=PAGES)


def _audit() -> str:
    """Of the cloud in this process."""
    def findings():
        return "\n".join(map(str, audit.audit(network.connect(), admin_context())))
    with contextlib.suppress(AssertionError):
        wait(lambda: not findings(), 30)
    return findings()


def _furnish(cloud: Cloud) -> None:
    accounts.provision(cloud.directory / "users.yaml")
    admin = cloud.connect()
    for name, (ram, disk, vcpus) in zip(FLAVOR_NAMES, cloud.kind.flavors, strict=True):
        admin.compute.create_flavor(name=name, ram=ram, disk=disk, vcpus=vcpus)
    disk_format, content = cloud.kind.image()
    for name in IMAGES:
        admin.image.create_image(name=name, visibility="public", container_format="bare", disk_format=disk_format,
                                 data=content, validate_checksum=True, **cloud.kind.properties)
    projects = {project.name: project.id for project in admin.identity.projects()}
    for number, name in enumerate(accounts.networks()):
        network = admin.network.create_network(name=name, project_id=projects[name])
        admin.network.create_subnet(name=name, project_id=projects[name], network_id=network.id, ip_version=4,
                                    cidr=f"10.91.{number}.0/24")
    external = admin.network.create_network(name=EXTERNAL, is_router_external=True)
    admin.network.create_subnet(name=EXTERNAL, network_id=external.id, ip_version=4, cidr="172.24.4.0/24",
                                is_dhcp_enabled=False)


def configuration(cloud: Cloud, directory: pathlib.Path) -> configparser.ConfigParser:
    """tempest.conf for it.  What is off here is skipped by tempest, so each such line has its reason."""
    admin, login = cloud.connect(), cloud.credentials("admin")
    images = [admin.image.find_image(name).id for name in IMAGES]
    flavors = [admin.compute.find_flavor(name).id for name in FLAVOR_NAMES]
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_dict({
        "DEFAULT": {"log_dir": directory, "log_file": "tempest.log"},
        "oslo_concurrency": {"lock_path": directory / "locks"},
        # some classes insist on users that tempest makes for them, as this admin
        "auth": {"use_dynamic_credentials": False, "test_accounts_file": directory / "accounts.yaml",
                 "admin_username": login["username"], "admin_password": login["password"],
                 "admin_project_name": login["project_name"], "admin_domain_name": "Default"},
        "identity": {"uri_v3": login["auth_url"], "auth_version": "v3", "region": "RegionOne"},
        "enforce_scope": {"nova": True},                     # readers read
        "service_available": {"nova": True, "neutron": True, "glance": True,
                              "cinder": False, "swift": False, "horizon": False},    # nova-lite has none of these
        "compute": {"image_ref": images[0], "image_ref_alt": images[1], "flavor_ref": flavors[0],
                    "flavor_ref_alt": flavors[1], "min_microversion": "2.1", "max_microversion": "latest",
                    "min_compute_nodes": cloud.kind.hosts},
        "compute-feature-enabled": {
            "console_output": True, "vnc_console": True, "personality": True, "snapshot": True, "shelve": True,
            "cold_migration": True, "resize": True, "rescue": True, "interface_attach": True, "suspend": True,
            "pause": True, "config_drive": True, "enable_instance_password": True, "metadata_service": True,
            "scheduler_enabled_filters": "all",
            "live_migration": False,                         # not there yet
            "change_password": True, "stable_rescue": True, "hostname_fqdn_sanitization": True,
            "spice_console": False},                         # guests have VNC
        "network": {"public_network_id": admin.network.find_network(EXTERNAL).id, "floating_network_name": EXTERNAL,
                    "project_network_cidr": "10.90.0.0/16"},
    })
    for section, particular in cloud.kind.settings.items():
        parser.read_dict({section: particular})
    return parser


def write_configuration(cloud: Cloud, directory: pathlib.Path) -> pathlib.Path:
    """accounts.yaml and tempest.conf in the directory; the latter's path."""
    accounts.write(directory / "accounts.yaml")
    (directory / "locks").mkdir()
    path = directory / "tempest.conf"
    with open(path, "w") as target:
        configuration(cloud, directory).write(target)
    return path
