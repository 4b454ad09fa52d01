"""Staff tell each other something about an order."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.idempotency.errors import IdempotencyKeyReused
from apps.orders.events import OrderNoteAdded
from apps.orders.models import OrderNote
from apps.orders.services.lock_order import lock_order
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def record_note(
    *, store: Store, order_id: UUID, text: str, key: UUID, by: Actor, now: datetime
) -> OrderNote:
    """This function will add a note to an order (public id), for staff alone. It stays as it is.

    The same key returns the note that it made before.

    Raises:
        OrderNotFound: the store has none.
        IdempotencyKeyReused: the key made another note.
    """
    order = lock_order(store=store, order_id=order_id)
    if known := OrderNote.objects.filter(order=order, key=key).first():
        if (known.text, known.author) != (text, actor_reference(by)):
            raise IdempotencyKeyReused
        return known
    note = OrderNote.objects.create(
        order=order, author=actor_reference(by), text=text, key=key, created_at=now
    )
    events.publish(
        OrderNoteAdded(aggregate_id=order.public_id, number=order.number, note_id=note.public_id),
        store=store,
        by=by,
    )
    return note
