"""Fingerprints are those that ``ssh-keygen -l -E md5`` and ``openssl x509 -fingerprint -sha1`` print."""
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from nova_lite import exceptions
from nova_lite.compute import keys
from nova_lite.models.keypair import SSH, X509

KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes(
    serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
MD5 = "f1:02:17:de:ef:c1:30:83:11:8b:82:a0:0e:67:7f:d5"


@pytest.mark.parametrize("text", [KEY, f"{KEY} me@here", f"{KEY} a comment\n"])
def test_fingerprint_of_an_ssh_key(text):
    assert keys.fingerprint(SSH, text) == MD5


@pytest.mark.parametrize(("kind", "text"), [(SSH, "x"), (SSH, ""), (SSH, KEY[:-9]), (X509, KEY), (X509, "x")])
def test_what_is_no_key(kind, text):
    with pytest.raises(exceptions.InvalidKeypair, match="^Keypair data is invalid: failed to generate fingerprint$"):
        keys.fingerprint(kind, text)


def test_a_certificate_of_a_user_with_a_long_id():
    public, private = keys.generate(X509, "u" * 255)
    assert private.startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert len(keys.fingerprint(X509, public)) == 59
