"""Which machine is asking: by API key, at the store the key is for and nowhere else."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.api_keys import digest_of, looks_like_key
from apps.accounts.models import ApiKey

SCHEME = "Api-Key"
_NOTED_EVERY = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key tpk_…`"""

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        """This function will return the key, as the caller and as its credentials.

        Raises:
            AuthenticationFailed: it is unknown, expired, revoked or another store's; the answer
                does not tell which.
        """
        scheme, _, shown = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        now = timezone.now()
        key = self._find(request, shown.strip(), now)
        if key is None:
            raise AuthenticationFailed("This API key is not good here.", code="invalid_api_key")
        _note_use(key, now)
        return key, key

    def authenticate_header(self, request: Request) -> str:
        return SCHEME

    def _find(self, request: Request, shown: str, now: datetime) -> ApiKey | None:
        if not looks_like_key(shown):
            return None
        good = ApiKey.objects.for_store(request.store).filter(revoked_at=None, expires_at__gt=now)  # type: ignore[attr-defined]
        return good.filter(digest=digest_of(shown)).first()


def _note_use(key: ApiKey, now: datetime) -> None:
    """At most once a minute, however many requests come at once."""
    since = now - _NOTED_EVERY
    if key.last_used_at is None or key.last_used_at < since:
        not_noted = Q(last_used_at=None) | Q(last_used_at__lt=since)
        ApiKey.objects.filter(not_noted, pk=key.pk).update(last_used_at=now)


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI schema names it."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """This function will describe the header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`{SCHEME} tpk_…`: a machine, with the scopes its key was given.",
        }
