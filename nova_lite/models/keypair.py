"""A user's public key."""
import dataclasses
import datetime

from nova_lite.models.base import Model

SSH, X509 = "ssh", "x509"


@dataclasses.dataclass(frozen=True)
class Keypair(Model):
    """``type`` is ssh or x509; ``fingerprint`` is MD5 (x509: SHA-1) in hex with colons."""

    user_id: str
    name: str
    type: str
    public_key: str
    fingerprint: str
    created_at: datetime.datetime | None = None
    id: int | None = None
