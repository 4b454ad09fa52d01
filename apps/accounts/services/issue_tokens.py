"""Letting somebody in."""

from dataclasses import dataclass
from typing import Self

from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class AccessGrant:
    """An access token, good for `expires_in` seconds."""

    access: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - a scheme, not a secret

    @classmethod
    def of(cls, token: AccessToken) -> Self:
        """This function will sign a token."""
        return cls(access=str(token), expires_in=int(token.lifetime.total_seconds()))


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """What a client carries from now on: one to show, one to stay in with."""

    grant: AccessGrant
    refresh: str


def issue_tokens(*, person: User) -> TokenPair:
    """This function will return tokens for somebody who has just proved who they are.

    Their subject is the public id and names no store: where a token is good is decided when it
    is shown, by whom it names.
    """
    refresh = RefreshToken.for_user(person)
    return TokenPair(grant=AccessGrant.of(refresh.access_token), refresh=str(refresh))
