"""Extra specs that Nova knows, held against what their values may be: asked from microversion 2.86 on.

Whether a host does anything with one is another matter: a wrong name in a known namespace is a slip in any cloud.
"""
import functools
import re

from oslo_utils import strutils

from nova_lite import exceptions


def _text(_value: str) -> bool:
    return True


def _truth(value: str) -> bool:
    try:
        strutils.bool_from_string(value, strict=True)
    except ValueError:
        return False
    return True


def _matching(pattern: str):
    return lambda value: re.fullmatch(pattern, value) is not None


def _number(lowest: int):
    return lambda value: value.isascii() and value.isdecimal() and len(value) < 20 and int(value) >= lowest


def _one_of(*words: str):
    return lambda value: value in words


_CPU_SET = _matching(r"\^?\d+(-\d+)?(,\^?\d+(-\d+)?)*")
_PAGES = _matching(r"large|small|any|\d+([kKMG]i?[bB]?)?")
_GROUP = "([a-zA-Z0-9_-]{1,64})?"       # which of a flavor's groups of resources
_COUNT, _AMOUNT = _number(1), _number(0)
_RATES = "disk_(read|write|total)_(bytes|iops)_sec|vif_(in|out)bound_(average|peak|burst)|cpu_(shares|period|quota)"
_VMWARE = "(cpu|memory|disk_io|vif)_(limit|reservation|shares_share)"
# pattern of the whole name -> is this value one
KNOWN = tuple((re.compile(pattern), fits) for pattern, fits in (
    ("hw:cpu_policy", _one_of("dedicated", "shared", "mixed")),
    ("hw:cpu_thread_policy", _one_of("prefer", "isolate", "require")),
    ("hw:emulator_threads_policy", _one_of("isolate", "share")),
    ("hw:(cpu_realtime|locked_memory|hide_hypervisor_id|mem_encryption|pmu|boot_menu|vif_multiqueue_enabled|"
     "virtio_packed_ring|ephemeral_encryption)", _truth),
    ("hw:cpu_(realtime|dedicated)_mask", _CPU_SET),
    ("hw:(cpu_(max_)?(cores|sockets|threads)|numa_nodes)", _COUNT),
    (r"hw:numa_cpus\.\d+", _CPU_SET),
    (r"hw:numa_mem\.\d+", _COUNT),
    ("hw:pci_numa_affinity_policy", _one_of("required", "preferred", "legacy", "socket")),
    ("hw:mem_page_size", _PAGES),
    ("hw:(pmem|mem_encryption_model|viommu_model|sound_model|usb_model|ephemeral_encryption_format)", _text),
    ("hw:(serial_port_count|redirected_usb_ports|maxphysaddr_bits)", _AMOUNT),
    ("hw:maxphysaddr_mode", _one_of("passthrough", "emulate")),
    ("hw:tpm_model", _one_of("tpm-tis", "tpm-crb")),
    ("hw:tpm_version", _one_of("1.2", "2.0")),
    ("hw:tpm_secret_security", _one_of("user", "host", "deployment")),
    ("hw:watchdog_action", _one_of("none", "pause", "poweroff", "reset", "disabled")),
    ("hw_rng:allowed", _truth),
    ("hw_rng:rate_(bytes|period)", _AMOUNT),
    ("hw_video:ram_max_mb", _AMOUNT),
    ("os:secure_boot", _one_of("required", "disabled", "optional")),
    ("os:(monitors|vga_memory)", _COUNT),
    ("os:resolution", _text),
    ("os:vif_.*", _text),
    ("accel:device_profile", _text),
    ("aggregate_instance_extra_specs:.+", _text),
    ("capabilities:.+", _text),
    ("pci_passthrough:alias", _matching(r"[^:]+:\d+(\s*,\s*[^:]+:\d+)*")),
    (f"quota:({_RATES}|{_VMWARE})", _AMOUNT),
    ("quota:(cpu|memory|disk_io|vif)_shares_level", _one_of("custom", "high", "normal", "low")),
    ("vmware:.+", _text),
    ("group_policy", _one_of("isolate", "none")),
    ("hide_hypervisor_id", _truth),
))
_NAMESPACE = re.compile("accel|aggregate_instance_extra_specs|capabilities|hw|hw_rng|hw_video|os|pci_passthrough|quota|"
                        f"resources{_GROUP}|trait{_GROUP}|vmware")


@functools.cache
def _standard() -> tuple:
    """Resource classes and traits; the libraries look through their own modules for them, which a start need not."""
    import os_resource_classes
    import os_traits
    return (
        (re.compile(f"resources{_GROUP}:({'|'.join(os_resource_classes.STANDARDS)}|CUSTOM_[A-Z0-9_]+)"), _AMOUNT),
        (re.compile(f"trait{_GROUP}:({'|'.join(os_traits.get_traits())}|CUSTOM_[A-Z0-9_]+)"),
         _one_of("required", "forbidden")))


def check(specs: dict[str, str]) -> None:
    """Raise ValidationError (400) with the first spec that is wrong; other namespaces, or none, are one's own."""
    for name, value in specs.items():
        fits = next((fits for pattern, fits in (*KNOWN, *_standard()) if pattern.fullmatch(name)), None)
        if fits is not None:
            if not fits(value):
                raise exceptions.ValidationError(f"Validation failed; '{value}' is not a value of extra spec '{name}'.")
        elif ":" in name and _NAMESPACE.fullmatch(name.partition(":")[0]):
            raise exceptions.ValidationError(
                f"Validation failed; extra spec '{name}' does not appear to be a valid extra spec.")
