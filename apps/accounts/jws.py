"""Tokens as text: what we write, and nothing else is read.

PyJWT checks signature and claims, and that the base64url is the canonical one. Before it sees a
token, its header must be as we write ours: exactly `alg`, `kid` and `typ`, each name once. So what
headers can do elsewhere (`jwk`, `jku`, `x5u`, `crit`, `b64`, `zip`) is not there to be forgotten
(RFC 8725, 3.1, 3.2, 3.11).
"""

import base64
import json
import re
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

ALGORITHM = "RS256"
LONGEST = 4096
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_KID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class Malformed(ValueError):
    """It is no token, or it says what no token of ours says."""


def write(claims: dict[str, Any], *, typ: str, kid: str, private: RSAPrivateKey) -> str:
    """This function will sign claims (RFC 7519)."""
    headers = {"kid": kid, "typ": typ}
    return jwt.encode(claims, private, algorithm=ALGORITHM, headers=headers)


def key_name(token: str, *, typ: str) -> str:
    """This function will return the name of the key that a token says it was signed with.

    Raises:
        Malformed: it is not written as a token of this type is.
    """
    if len(token) > LONGEST or not _SHAPE.fullmatch(token):
        raise Malformed("This is no token.")
    header, _, _ = token.partition(".")
    named = _object(header)
    kid = named.pop("kid", None)
    if named != {"alg": ALGORITHM, "typ": typ}:
        raise Malformed("This is no token of this type.")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise Malformed("No key is called that.")
    return kid


def read(
    token: str,
    *,
    key: RSAPublicKey,
    issuer: str,
    audience: str,
    required: list[str],
    leeway: float,
) -> dict[str, Any]:
    """This function will return the claims of a token whose signature, times, issuer and audience
    are right.

    Raises:
        Malformed: it says one thing twice.
        jwt.InvalidTokenError: anything else is wrong with it.
    """
    claims = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        issuer=issuer,
        audience=audience,
        leeway=leeway,
        options={"require": required, "strict_aud": True},
    )
    _, payload, _ = token.split(".")
    if claims != _object(payload):
        raise Malformed("This is no token.")
    return claims


def _object(part: str) -> dict[str, Any]:
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        found = json.loads(
            text, object_pairs_hook=_each_once, parse_constant=_refused, parse_float=_refused
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("This is no token.") from error
    if not isinstance(found, dict):
        raise Malformed("This is no token.")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("This says one thing twice.")
    return found


def _refused(text: str) -> None:
    raise Malformed(f"No token holds {text}.")
