"""How tokens are forged: by hand, so that nothing stands in the way of nonsense."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from apps.core.ids import uuid7

SHA256 = hashes.SHA256()


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def header_of(kid: str, *, typ: str = "at+jwt") -> dict[str, Any]:
    """This function will return the header of a token that is good."""
    return {"alg": "RS256", "kid": kid, "typ": typ}


def claims_of(family: Any, *, token_type: str = "access") -> dict[str, Any]:
    """This function will return what a token says that is good."""
    is_access = token_type == "access"
    return {
        "token_type": token_type,
        "iss": "tradepost",
        "aud": "tradepost-api" if is_access else "tradepost",
        "iat": now(),
        "exp": now() + 600,
        "sub": str(family.person.public_id),
        "jti": str(uuid7() if is_access else family.good_jti),
        "sid": str(family.public_id),
        "store": str(family.store.public_id),
    } | ({"scope": ""} if is_access else {})


def part(content: Any) -> str:
    """This function will write one part of a token; bytes are taken as they are."""
    if not isinstance(content, bytes):
        content = json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(header: Any, claims: Any, key: RSAPrivateKey) -> str:
    """This function will sign with RSA, PKCS #1 v1.5 and SHA-256, whatever the header says."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(key.sign(text.encode(), padding.PKCS1v15(), SHA256))}"


def signed_with_pss(header: Any, claims: Any, key: RSAPrivateKey) -> str:
    """This function will sign as PS256 does."""
    text = f"{part(header)}.{part(claims)}"
    pss = padding.PSS(padding.MGF1(SHA256), padding.PSS.DIGEST_LENGTH)
    return f"{text}.{part(key.sign(text.encode(), pss, SHA256))}"


def signed_with_secret(header: Any, claims: Any, secret: bytes) -> str:
    """This function will sign as HS256 does."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def signed_with_curve(header: Any, claims: Any) -> str:
    """This function will sign as ES256 does, with a key that was just made."""
    text = f"{part(header)}.{part(claims)}"
    key = ec.generate_private_key(ec.SECP256R1())
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256)))
    return f"{text}.{part(r.to_bytes(32) + s.to_bytes(32))}"
