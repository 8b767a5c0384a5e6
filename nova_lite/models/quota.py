"""What a project uses and may use."""
import dataclasses

from nova_lite.models.base import Model

UNLIMITED = -1


@dataclasses.dataclass(frozen=True)
class Usage(Model):
    """Servers, virtual CPUs and MiB of memory; server groups, where they are asked for."""

    instances: int = 0
    cores: int = 0
    ram: int = 0
    server_groups: int = 0


@dataclasses.dataclass(frozen=True)
class Quota(Model):
    """``limits`` has every resource by its REST name, the defaults filled in; UNLIMITED is -1."""

    project_id: str
    used: Usage
    limits: dict
