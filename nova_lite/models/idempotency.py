"""A client's word that two requests are one: the Idempotency-Key header, and what became of the first of them."""
import base64
import dataclasses
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class IdempotencyKey:
    """``value``: the header's; never stored.  ``owner``: who uses it (two projects' equal keys differ).

    ``request``: the bytes that make two requests the same.
    """

    value: str = dataclasses.field(repr=False)
    owner: tuple[str, str]
    request: bytes = dataclasses.field(repr=False)

    @functools.cached_property
    def id(self) -> str:
        """What the database knows the key by: nobody can make the key of it."""
        return hashlib.sha256("\0".join((*self.owner, self.value)).encode()).hexdigest()

    @functools.cached_property
    def fingerprint(self) -> str:
        """Equal for equal requests.  Keyed: it must not let anybody try passwords that the request may hold."""
        return hmac.new(self.value.encode(), self.request, hashlib.sha256).hexdigest()

    @functools.cached_property
    def _box(self) -> Fernet:
        secret = HKDF(hashes.SHA256(), 32, salt=self.id.encode(), info=b"nova-lite answer").derive(self.value.encode())
        return Fernet(base64.urlsafe_b64encode(secret))

    def seal(self, text: str) -> str:
        """A secret of the answer as it may be stored: only who has the key can read it."""
        return self._box.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        return self._box.decrypt(sealed.encode()).decode()


@dataclasses.dataclass(frozen=True)
class FirstOutcome(Model):
    """What the first request of a key did: to a server, or to its first one; ``password`` as it was sealed, ``image``
    the id of one that it ordered."""

    server: str
    reservation_id: str | None = None
    password: str | None = None
    image: str | None = None
