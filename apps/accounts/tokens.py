"""Access and refresh tokens: what they say, and when they are believed."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

import jwt
from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError

from apps.accounts import jws, key_ring
from apps.accounts.key_ring import Signer
from apps.accounts.models import TokenFamily
from apps.stores.models import Store

# What a token must say (RFC 7519, RFC 9068) besides `iss` and `aud`.
_IDS = ("sub", "jti", "sid", "store")
_REQUIRED = ["iss", "aud", "exp", "iat", "token_type", *_IDS]


class KeyRingBackend(TokenBackend):
    """Signs with the current key of the ring, and believes what a key of the ring has signed."""

    def __init__(self, *, typ: str, audience: str, also: tuple[str, ...] = ()) -> None:
        """`audience` is the name of a setting; `also` are claims beyond those of every token."""
        super().__init__(jws.ALGORITHM)
        self.typ = typ
        self.audience_setting = audience
        self.required = [*_REQUIRED, *also]

    def encode(self, payload: dict[str, Any], *, signer: Signer) -> str:  # type: ignore[override]
        """This function will sign a token for those it is meant for, in our name."""
        meant = {"iss": settings.JWT_ISSUER, "aud": getattr(settings, self.audience_setting)}
        return jws.write(payload | meant, typ=self.typ, kid=signer.kid, private=signer.private)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002
        """This function will return what a token says. There is no way to ask without checking.

        Raises:
            TokenBackendError: it is not to be believed. Why is not told.
        """
        try:
            key = key_ring.public_key(jws.key_name(token, typ=self.typ))
            if key is None:
                raise TokenBackendError("Token is invalid")
            return jws.read(
                token,
                key=key,
                issuer=settings.JWT_ISSUER,
                audience=getattr(settings, self.audience_setting),
                required=self.required,
                leeway=settings.JWT_LEEWAY_SECONDS,
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise TokenBackendError("Token is invalid") from error


class FamilyToken(tokens.Token):
    """A token of a session. Raises `TokenError` when what was shown is not to be believed."""

    token_backend: KeyRingBackend

    @classmethod
    def of(cls, family: TokenFamily, *, jti: UUID, now: datetime) -> Self:
        """This function will begin a token of a session, good for its kind's lifetime."""
        token = cls()
        token.set_iat(at_time=now)
        token.set_exp(from_time=now)
        person = family.person
        token.payload |= {
            "sub": str(person.public_id),
            "jti": str(jti),
            "sid": str(family.public_id),
            "store": str(person.store.public_id),
        }
        token.payload["exp"] = min(token["exp"], int(family.expires_at.timestamp()))
        return token

    def __str__(self) -> str:
        """Never the token itself: whoever reads that in a log is logged in."""
        return f"{self.token_type} token {self['jti']}"

    def signed_by(self, signer: Signer) -> str:
        """This function will return the token as its holder shows it."""
        return self.token_backend.encode(self.payload, signer=signer)

    def verify(self) -> None:
        """This function will check what only we know of a token: its kind, and how ids look."""
        self.verify_token_type()
        ends, began = self["exp"], self["iat"]
        if type(ends) is not int or type(began) is not int:
            raise TokenError("Token is invalid")
        if not 0 < ends - began <= self.lifetime.total_seconds():
            raise TokenError("Token is invalid")
        for name in _IDS:
            if self._as_id(name) is None:
                raise TokenError("Token is invalid")

    def _as_id(self, name: str) -> UUID | None:
        try:
            found = UUID(self[name])
        except (ValueError, TypeError, AttributeError):
            return None
        return found if str(found) == self[name] else None

    @property
    def kid(self) -> str:
        """The name of the key that a token that was shown is signed with."""
        return jws.key_name(str(self.token), typ=self.token_backend.typ)

    @property
    def family_id(self) -> UUID:
        """The session it is of."""
        return UUID(self["sid"])

    @property
    def jti(self) -> UUID:
        """Its own id."""
        return UUID(self["jti"])

    def names(self, family: TokenFamily, *, store: Store) -> bool:
        """This function will tell whether it is of a session of the person it names, who belongs to
        the store, and signed with a key that is trusted still. The family was `shown`; its person
        acts at the store from now on."""
        person = family.holder_at(store)
        named = self["sid"], self["sub"], self["store"]
        return (
            family.is_key_trusted
            and named == (str(family), str(person.public_id), str(person.store.public_id))
            and person.belongs_to(store)
        )

    def opens(self, family: TokenFamily, *, store: Store, now: datetime) -> bool:
        """This function will tell whether it lets its holder in."""
        is_good = family.is_live(now=now) and family.person.is_active
        return is_good and self.names(family, store=store)


class AccessToken(FamilyToken, tokens.AccessToken):
    """Shown with each request, to us and to other services (RFC 9068)."""

    token_backend = KeyRingBackend(typ="at+jwt", audience="JWT_AUDIENCE", also=("scope",))

    @classmethod
    def of(cls, family: TokenFamily, *, jti: UUID, now: datetime) -> Self:
        """This function will begin a token that tells other services what its holder may do. We
        ourselves look into the database."""
        token = super().of(family, jti=jti, now=now)
        token["scope"] = " ".join(sorted(family.person.scopes))
        return token


class RefreshToken(FamilyToken, tokens.RefreshToken):
    """Shown to us alone, once: so we are its audience."""

    token_backend = KeyRingBackend(typ="refresh+jwt", audience="JWT_ISSUER")
