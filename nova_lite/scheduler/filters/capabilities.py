"""Filters by what a host can: its hypervisor and CPU, architectures, traits, devices.

Hosts of a kind are looked at once.
"""
import re

import numpy

from nova_lite.conf import CONF
from nova_lite.scheduler.filters import extra_specs_ops

SCOPE = "capabilities"


class ComputeCapabilitiesFilter:
    """``capabilities:cpu_info:features = <in> avx`` and the like; extra specs without a scope are looked for, too."""

    def hosts(self, spec, arrays):
        wanted = []
        for key, value in spec.flavor.extra_specs.items():
            path = key.split(":")
            if path[0] == SCOPE:
                path = path[1:]
            elif len(path) > 1:
                continue                                # of another filter, or of the driver
            wanted.append((path, value))
        return arrays.of_kinds(lambda kind: all(_has(kind, path, value) for path, value in wanted)) if wanted else None


def _has(kind: dict, path: list[str], wanted: str) -> bool:
    found = kind
    for name in path:
        if not isinstance(found, dict) or name not in found:
            return False
        found = found[name]
    return extra_specs_ops.match(found, wanted)


class ImagePropertiesFilter:
    """The host runs the image's architecture, hypervisor and vm mode, and its hypervisor is new enough."""

    def hosts(self, spec, arrays):
        properties = spec.image.properties
        asked = (properties.get("hw_architecture") or properties.get("architecture")
                 or CONF.scheduler.image_properties_default_architecture,
                 properties.get("img_hv_type") or properties.get("hypervisor_type"),
                 properties.get("hw_vm_mode") or properties.get("vm_mode"))
        version = properties.get("img_hv_requested_version") or properties.get("hypervisor_version_requires")
        if not any(asked) and not version:
            return None
        return arrays.of_kinds(lambda kind: (
            not any(asked) or any(all(not want or want.lower() == str(has).lower() for want, has in
                                      zip(asked, supported, strict=False)) for supported in kind["supported_instances"])
        ) and (not version or _new_enough(kind["hypervisor_version"], version)))


def _new_enough(number: int, wanted: str) -> bool:
    """``>=6.0,<8`` against libvirt's 8002001; Raises nothing: what cannot be read is not satisfied."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    version = f"{number // 1000000}.{number // 1000 % 1000}.{number % 1000}"
    try:
        return SpecifierSet(wanted).contains(version)
    except InvalidSpecifier:
        return False


class PciPassthroughFilter:
    """No host has devices to pass through: whoever asks for one finds none."""

    def hosts(self, spec, arrays):
        return numpy.zeros(len(arrays), dtype=bool) if spec.flavor.extra_specs.get("pci_passthrough:alias") else None


class RequestedTraitsFilter:
    """``trait:NAME = required`` or ``forbidden`` of the flavor and the image (what Placement does for Nova), of named
    groups (``traitGROUP:NAME``), too.  A name that is neither of os-traits nor CUSTOM_… finds no host."""

    def hosts(self, spec, arrays):
        required, forbidden = (_asked(spec, word) for word in ("required", "forbidden"))
        if not required and not forbidden:
            return None
        if not all(map(_exists, required | forbidden)):
            return numpy.zeros(len(arrays), dtype=bool)
        return arrays.of_kinds(lambda kind: required <= traits(kind) and not forbidden & traits(kind))


_TRAIT = re.compile("trait[a-zA-Z0-9_-]{0,64}:(.+)")


def _asked(spec, word: str) -> set[str]:
    return {matched[1] for source in (spec.image.properties, spec.flavor.extra_specs) for key, value in source.items()
            if value == word and (matched := _TRAIT.fullmatch(key))}


def _exists(name: str) -> bool:
    import os_traits
    return re.fullmatch("CUSTOM_[A-Z0-9_]+", name) is not None or hasattr(os_traits, name)


def traits(kind: dict) -> set[str]:
    """Those of os-traits that a host has: it is one, of its architecture, with its CPU's features."""
    import os_traits
    features = kind["cpu_info"].get("features") or ()
    names = {os_traits.COMPUTE_NODE, f"HW_ARCH_{str(kind['cpu_info'].get('arch')).upper()}"}
    names |= {f"HW_CPU_X86_{name.upper().replace('.', '').replace('-', '_')}" for name in features}
    names |= {f"HW_CPU_X86_{name.upper().replace('.', '_').replace('-', '_')}" for name in features}
    return {name for name in names if hasattr(os_traits, name)}
