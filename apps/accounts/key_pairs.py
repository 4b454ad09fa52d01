"""RSA keys: made, named, written and read. No database."""

import base64
import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

_BITS = 2048  # RFC 7518, 3.3: no fewer for RS256; NIST SP 800-57 holds them good until 2030
_EXPONENT = 65537


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Both parts as PEM, and the name of the pair."""

    kid: str
    public_pem: str
    private_pem: str


def new_key_pair() -> KeyPair:
    """This function will make a pair of keys: some 50 ms of work."""
    private = generate_private_key(_EXPONENT, _BITS)
    public = private.public_key()
    written = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return KeyPair(
        kid=thumbprint(public),
        public_pem=public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode(),
        private_pem=written.decode(),
    )


def read_private(pem: str) -> RSAPrivateKey:
    """This function will read the part that signs."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("This is no private RSA key.")
    return key


def read_public(pem: str) -> RSAPublicKey:
    """This function will read the part that checks."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise TypeError("This is no public RSA key.")
    return key


def as_jwk(public: RSAPublicKey, *, kid: str) -> dict[str, str]:
    """This function will write a public key as RFC 7517 has it."""
    return {"use": "sig", "alg": "RS256", "kid": kid, **_parameters(public)}


def thumbprint(public: RSAPublicKey) -> str:
    """This function will return a key's name, which follows from the key alone: the SHA-256 of its
    parameters in base64url, 43 characters (RFC 7638)."""
    canonical = json.dumps(_parameters(public), sort_keys=True, separators=(",", ":"))
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _parameters(public: RSAPublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def _number(value: int) -> str:
    return _base64url(value.to_bytes((value.bit_length() + 7) // 8))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
