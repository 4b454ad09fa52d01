"""Making a key worthless."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.authority import require_authority
from apps.accounts.errors import ApiKeyNotFound
from apps.accounts.events import ApiKeyRevoked
from apps.accounts.models import ApiKey
from apps.accounts.scopes import Scope
from apps.events import services as events
from apps.stores.models import Store


@transaction.atomic
def revoke_api_key(*, store: Store, key_id: UUID, by: Any, now: datetime) -> ApiKey:
    """This function will end a key, from its next request on; to end it again changes nothing.

    Raises:
        MissingScope: `by` does not manage the keys of that store.
        ApiKeyNotFound: the store has no such key.
    """
    require_authority(by, store=store, to=Scope.MANAGE_API_KEYS, over=())
    keys = ApiKey.objects.for_store(store).filter(public_id=key_id).locked()
    if not keys:
        raise ApiKeyNotFound
    key = keys[0]
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        revoked = ApiKeyRevoked(aggregate_id=key.public_id, prefix=key.prefix)
        events.publish(revoked, store=store, by=by)
    return key
