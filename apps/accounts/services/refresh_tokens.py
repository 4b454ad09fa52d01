"""Staying in."""

from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError

from apps.accounts.models import EndReason, TokenFamily
from apps.accounts.services.end_session import end_each
from apps.accounts.services.ensure_signing_keys import ensure_signing_keys
from apps.accounts.services.issue_tokens import TokenPair, good_until
from apps.accounts.tokens import RefreshToken
from apps.core.ids import uuid7
from apps.stores.models import Store


def refresh_tokens(*, store: Store, refresh: str) -> TokenPair:
    """This function will return a new pair of tokens for a refresh token, which is used up by it.

    One that was used before ends the session: it, or what came of it, is in wrong hands.

    Raises:
        TokenError: the token is forged, expired, used or no refresh token, its session has ended,
            or whom it names is gone, inactive, or not at home in this store.
    """
    token = RefreshToken(refresh)  # type: ignore[arg-type]
    signer = ensure_signing_keys()
    family = _moved_on(token, store)
    if family is None:
        raise TokenError("Token is invalid")
    return TokenPair.of(family, signer=signer, now=family.last_used_at)


@transaction.atomic
def _moved_on(token: RefreshToken, store: Store) -> TokenFamily | None:
    """Returns instead of raising: that a session has ended must be committed."""
    now = timezone.now()
    shown = TokenFamily.objects.shown(sid=token.family_id, kid=token.kid, store=store, now=now)
    family = next(iter(shown.locked()), None)
    if family is None or not token.opens(family, store=store, now=now):
        return None
    if family.good_jti != token.jti:
        end_each([family], reason=EndReason.REUSED, now=now, by=None)
        return None
    family.move_on(jti=uuid7(), now=now, expires_at=good_until(began=family.created_at, now=now))
    return family
