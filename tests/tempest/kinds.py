"""With which guests tempest runs: fake ones, which are there at once, or real ones, which it signs in to."""
import dataclasses
import pathlib
from collections.abc import Callable, Mapping

from tests.integration.deployment import required

FLAVOR_NAMES = ("tempest.nano", "tempest.micro")
# Quotas are as Nova has them, but for the servers of classes that share a project at the same time.
QUOTAS = """
[quota]
instances = 40
cores = 80
ram = 51200
"""


@dataclasses.dataclass(frozen=True)
class Kind:
    """``flavors``: (MiB, GiB, VCPUs) of each.  ``image``: its format and its content.  ``properties``: of the images.
    ``options``: of the services, on top of others.  ``settings``: what is particular in tempest.conf."""

    virt: str
    hosts: int
    flavors: tuple[tuple[int, int, int], tuple[int, int, int]]
    image: Callable[[], tuple[str, bytes]]
    options: str
    settings: Mapping[str, Mapping[str, object]]
    properties: Mapping[str, str] = dataclasses.field(default_factory=dict)


def _real_image() -> tuple[str, bytes]:
    return "qcow2", pathlib.Path(required("NOVA_LITE_TEST_GUEST_IMAGE")).read_bytes()


FAKE = Kind(
    "fake", hosts=2, flavors=((64, 1, 1), (128, 1, 1)), image=lambda: ("raw", b"placeholder".ljust(512)),
    options="[fake]\nspawn_delay = 0.05\n" + QUOTAS,
    settings={"compute": {"build_interval": 1, "build_timeout": 60},
              "image": {"build_timeout": 20},
              "validation": {"run_validation": False}})            # nobody can sign in to a fake guest

# Emulated guests share the cores with all else: 7 seconds of a core for a boot, and patience for all of it.
REAL = Kind(
    "libvirt", hosts=1, flavors=((128, 1, 1), (192, 2, 1)), image=_real_image,
    options="[DEFAULT]\nservice_down_time = 60\nallow_resize_to_same_host = true\n" + QUOTAS,
    properties={"hw_qemu_guest_agent": "yes"},
    settings={"compute": {"build_interval": 2, "build_timeout": 300},
              "image": {"build_timeout": 120},
              # Root has the instance's key as the ordinary user has it; tempest reads devices with it.  A floating IP
              # is what tempest signs in by, unless all guests are in networks of one name.
              "validation": {"run_validation": True, "connect_method": "floating", "image_ssh_user": "root",
                             "image_alt_ssh_user": "root", "image_ssh_password": "gocubsgo",
                             "image_alt_ssh_password": "gocubsgo", "ssh_timeout": 240, "connect_timeout": 30,
                             "ping_timeout": 120,
                             # made by tempest: since 2.92 compute makes no keys
                             "ssh_key_type": "ecdsa"}})
