"""Material of key pairs: makes pairs, checks and fingerprints what users bring.

Called by the key pair handlers.  A private key is returned once and kept nowhere.
"""
import base64
import datetime
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from nova_lite import exceptions
from nova_lite.models.keypair import SSH, X509

_BITS = 2048
_CERTIFICATE_DAYS = 3650
# Microsoft's "user principal name": WinRM maps a certificate to a user by it.
_UPN = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


def generate(kind: str, user_id: str) -> tuple[str, str]:
    """(public, private) of a new pair: an RSA key in OpenSSH's and PEM format, or a certificate and its key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL,
                                serialization.NoEncryption()).decode()
    if kind == X509:
        return _certificate(key, user_id), private
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{public.decode()} Generated-by-Nova", private


def _certificate(key, user_id: str) -> str:
    """A self-signed client certificate for WinRM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, user_id[:64])])
    principal = f"{user_id}@localhost".encode()[:127]
    utf8_string = bytes([0x0C, len(principal)]) + principal
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=_CERTIFICATE_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.OtherName(_UPN, utf8_string)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, hashes.SHA256()))
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def fingerprint(kind: str, public: str) -> str:
    """MD5 of an ssh key, SHA-1 of a certificate, as hex with colons; raises InvalidKeypair (400) if it is neither."""
    try:
        if kind == SSH:
            serialization.load_ssh_public_key(public.encode())
            digest = hashlib.md5(base64.b64decode(public.split()[1]), usedforsecurity=False).hexdigest()
        else:
            certificate = x509.load_pem_x509_certificate(public.encode())
            # only a name that clients know it by
            digest = certificate.fingerprint(hashes.SHA1()).hex()       # nosec B303
    except Exception as exc:    # what a parser makes of a stranger's bytes is no fault of ours
        raise exceptions.InvalidKeypair(reason="failed to generate fingerprint") from exc
    return ":".join(digest[i:i + 2] for i in range(0, len(digest), 2))
