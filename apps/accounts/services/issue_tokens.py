"""Letting somebody in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import LoginOutdated
from apps.accounts.key_ring import Signer
from apps.accounts.models import TokenFamily, User
from apps.accounts.services.ensure_signing_keys import ensure_signing_keys
from apps.accounts.services.record_login import record_login
from apps.accounts.tokens import AccessToken, RefreshToken
from apps.core.ids import uuid7


@dataclass(frozen=True, kw_only=True)
class AccessGrant:
    """An access token, good for `expires_in` seconds."""

    access: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - a scheme, not a secret


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """What a client carries from now on: one to show, one to stay in with."""

    grant: AccessGrant
    refresh: str

    @classmethod
    def of(cls, family: TokenFamily, *, signer: Signer, now: datetime) -> Self:
        """This function will sign the tokens of a session whose `good_jti` is new."""
        access = AccessToken.of(family, jti=uuid7(), now=now)
        refresh = RefreshToken.of(family, jti=family.good_jti, now=now)
        grant = AccessGrant(
            access=access.signed_by(signer), expires_in=access["exp"] - access["iat"]
        )
        return cls(grant=grant, refresh=refresh.signed_by(signer))


def issue_tokens(*, person: User, method: str = "password") -> TokenPair:
    """This function will return tokens for somebody who has just proved who they are, by `method`.

    Hand on the person as they were when they proved it: who is somebody else by now has not.

    Raises:
        LoginOutdated: their password was changed, or they were deactivated, since then.
    """
    signer = ensure_signing_keys()
    family = _begin(person, method)
    return TokenPair.of(family, signer=signer, now=family.created_at)


def good_until(*, began: datetime, now: datetime) -> datetime:
    """This function will return until when a session is good that is used now: one lifetime of a
    refresh token, and never longer than `SESSION_MOST_DAYS` after the log-in."""
    lifetime = RefreshToken.lifetime or timedelta()
    return min(now + lifetime, began + timedelta(days=settings.SESSION_MOST_DAYS))


@transaction.atomic
def _begin(person: User, method: str) -> TokenFamily:
    # The lock that `end_sessions` takes: whoever ends all sessions ends this one, or is seen here.
    current = next(iter(User.objects.filter(pk=person.pk).locked()), None)
    if current is None or not current.is_active or current.password != person.password:
        raise LoginOutdated
    now = timezone.now()
    family = TokenFamily.objects.create(
        store=person.store,
        person=person,
        created_at=now,
        good_jti=uuid7(),
        last_used_at=now,
        expires_at=good_until(began=now, now=now),
    )
    record_login(person=person, method=method, session_id=family.public_id)
    return family
