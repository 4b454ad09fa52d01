"""A refund that failed, and that nobody has to look at any more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.payments.errors import NothingToSettle
from apps.payments.events import RefundSettled
from apps.payments.models import Refund
from apps.stores.models import Store


@transaction.atomic
def settle_refund(*, store: Store, refund_id: UUID, by: Actor, now: datetime) -> None:
    """This function will record that the failure of a refund was dealt with otherwise.

    Raises:
        NotFound: the store has no such refund.
        NothingToSettle: it did not fail, or is settled already.
    """
    found = Refund.objects.for_store(store).filter(public_id=refund_id)
    for refund in found.select_related("payment__order"):
        settle_locked_refund(refund=refund, how="otherwise", by=by, now=now)
        return
    raise NotFound("There is no such refund.")


@requires_transaction
def settle_locked_refund(*, refund: Refund, how: str, by: Actor, now: datetime) -> None:
    """This function will lock a refund that failed, and record how that was dealt with.

    Raises:
        NothingToSettle: it did not fail, or is settled already.
    """
    (locked,) = Refund.objects.filter(pk=refund.pk).select_related("store").locked()
    if locked.state != Refund.State.FAILED or locked.settled_at is not None:
        raise NothingToSettle
    locked.settle(now=now)
    locked.payment = refund.payment
    events.publish(RefundSettled.of(locked, how=how), store=locked.store, by=by)
