"""Consoles of guests: where a host serves one, and who may reach it."""
import dataclasses

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class ConsoleEndpoint(Model):
    """Where a console's proxy connects to."""

    host: str
    port: int
    internal_access_path: str | None = None


@dataclasses.dataclass(frozen=True)
class ConsoleToken(Model):
    """What a token is for.  ``endpoint`` is as it was when the token was made."""

    instance_uuid: str
    console_type: str                       # novnc, serial …
    endpoint: ConsoleEndpoint
