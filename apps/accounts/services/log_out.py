"""Going."""

from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError

from apps.accounts.models import EndReason, TokenFamily
from apps.accounts.services.end_session import end_session
from apps.accounts.tokens import RefreshToken
from apps.stores.models import Store


def log_out(*, store: Store, refresh: str) -> None:
    """This function will end the session that a refresh token is of, a used one too.

    It may be called again: whoever has logged out is logged out.

    Raises:
        TokenError: the token is forged, expired or no refresh token, or whom it names is gone or
            not at home in this store.
    """
    token = RefreshToken(refresh)  # type: ignore[arg-type]
    now = timezone.now()
    shown = TokenFamily.objects.shown(sid=token.family_id, kid=token.kid, store=store, now=now)
    family = shown.first()
    if family is None or not token.names(family, store=store):
        raise TokenError("Token is invalid")
    end_session(family_id=family.public_id, reason=EndReason.LOGGED_OUT, by=family.person)
