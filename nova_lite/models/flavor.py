"""What a server gets of a host."""
import collections
import dataclasses
import functools
import re
import typing

import os_resource_classes

from nova_lite.models.base import Model

CLAIMED = (os_resource_classes.VCPU, os_resource_classes.MEMORY_MB, os_resource_classes.DISK_GB)
_RESOURCES = re.compile("resources(?P<group>[a-zA-Z0-9_-]{0,64}):(?P<name>.+)")


class Claim(typing.NamedTuple):
    """What a server takes of its host: CPUs, MiB, GiB."""

    vcpus: int
    memory_mb: int
    disk_gb: int


@dataclasses.dataclass(frozen=True)
class Flavor(Model):
    """``memory_mb`` and ``swap`` in MiB, ``root_gb`` and ``ephemeral_gb`` in GiB."""

    flavorid: str
    name: str
    vcpus: int
    memory_mb: int
    root_gb: int
    ephemeral_gb: int = 0
    swap: int = 0
    rxtx_factor: float = 1.0
    is_public: bool = True
    disabled: bool = False
    description: str | None = None
    extra_specs: dict = dataclasses.field(default_factory=dict)
    id: int | None = None

    @property
    def disk_gb(self) -> int:
        """GiB of disk that the claim takes; swap is rounded up, as Nova does."""
        return self.root_gb + self.ephemeral_gb + -(-self.swap // 1024)

    @property
    def resource_groups(self) -> dict[str, dict[str, int]]:
        """{group: {resource class: amount}} of the extra specs ``resources:CLASS`` (the group "") and
        ``resourcesGROUP:CLASS``; what is no number is left out."""
        found: dict[str, dict[str, int]] = {}
        for key, value in self.extra_specs.items():
            matched = _RESOURCES.fullmatch(key)
            if matched and value.isdecimal():
                found.setdefault(matched["group"], {})[matched["name"]] = int(value)
        return found

    @property
    def resources(self) -> dict[str, int]:
        """Amounts of resource classes: the flavor's own sizes, unless its unnamed group says otherwise, and what named
        groups ask for beyond: a host is one provider of all."""
        unnamed, *named = (self.resource_groups.get(""), *(
            group for name, group in self.resource_groups.items() if name))
        sizes = {os_resource_classes.VCPU: self.vcpus, os_resource_classes.MEMORY_MB: self.memory_mb,
                 os_resource_classes.DISK_GB: self.disk_gb}
        found = collections.Counter({**sizes, **(unnamed or {})})
        for group in named:
            found.update(group)
        return dict(found)

    @property
    def isolated(self) -> bool:
        """Whether its named groups are to come from different providers."""
        named = [group for group in self.resource_groups if group]
        return len(named) > 1 and self.extra_specs.get("group_policy") == "isolate"

    @functools.cached_property
    def claim(self) -> Claim:
        """What the scheduler claims."""
        if not any(key.startswith("resources") for key in self.extra_specs):
            return Claim(self.vcpus, self.memory_mb, self.disk_gb)
        asked = self.resources
        return Claim(*(asked[name] for name in CLAIMED))
