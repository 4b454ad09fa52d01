"""Staying in."""

from uuid import UUID

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from apps.accounts.models import User
from apps.accounts.services.issue_tokens import AccessGrant
from apps.stores.models import Store


def refresh_access(*, store: Store, refresh: str) -> AccessGrant:
    """This function will return a new access token for a refresh token.

    Raises:
        TokenError: the token is forged, expired or no refresh token, or the person it names is
            gone, inactive, or not at home in this store.
    """
    token = RefreshToken(refresh)  # type: ignore[arg-type]
    person = _named_by(token)
    if person is None or not person.is_active or not person.belongs_to(store):
        raise TokenError("The token names nobody who may be logged in here.")
    return AccessGrant.of(token.access_token)


def _named_by(token: RefreshToken) -> User | None:
    try:
        subject = UUID(token.get("sub"))
    except (TypeError, ValueError, AttributeError):
        return None
    return User.objects.filter(public_id=subject).first()
