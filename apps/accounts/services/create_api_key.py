"""A key for a machine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.api_keys import make_key
from apps.accounts.authority import require_authority
from apps.accounts.errors import ApiKeyRefused
from apps.accounts.events import ApiKeyCreated
from apps.accounts.models import ApiKey
from apps.accounts.scopes import Scope
from apps.events import services as events
from apps.stores.models import Store

LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key and its text, which is shown once and kept nowhere."""

    key: ApiKey
    text: str


@transaction.atomic
def create_api_key(
    *,
    store: Store,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    by: Any,
    now: datetime,
) -> NewKey:
    """This function will make an API key for a store, good for at most a year.

    Raises:
        MissingScope: `by` does not manage the keys of that store.
        RightsExceeded: `by` lacks some of the scopes.
        ApiKeyRefused: it has no scopes or unknown ones, or does not expire within a year.
    """
    if unknown := sorted(set(scopes) - set(Scope)):
        raise ApiKeyRefused(f"There is no scope {', '.join(unknown)}.")
    if not scopes or not name.strip():
        raise ApiKeyRefused("A key needs a name and at least one scope.")
    if not now < expires_at <= now + LONGEST:
        raise ApiKeyRefused(f"A key expires within {LONGEST.days} days.")
    require_authority(by, store=store, to=Scope.MANAGE_API_KEYS, over=scopes)
    made = make_key()
    key = ApiKey.objects.create(
        store=store,
        name=name.strip(),
        prefix=made.prefix,
        digest=made.digest,
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_by=by if by is not None and by.is_person else None,
    )
    created = ApiKeyCreated(
        aggregate_id=key.public_id,
        prefix=key.prefix,
        scopes=key.scopes,
        expires_at=expires_at.isoformat(),
    )
    events.publish(created, store=store, by=by)
    return NewKey(key=key, text=made.text)
