"""Asking the gateway about one refund, because somebody wants to know."""

from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.core.transactions import forbids_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.payments.events import RefundAskedAbout
from apps.payments.models import Refund
from apps.payments.services.complete_refund import complete_refund
from apps.stores.models import Store


@forbids_transaction
def reconcile_refund(*, store: Store, refund_id: UUID, by: Actor) -> Refund:
    """This function will ask the gateway how a refund (public id) stands, and record it. One that
    ended is returned as it is.

    Raises:
        NotFound: the store has no such refund.
        GatewayUnavailable: the outcome is not known yet; it is asked about again by itself.
    """
    return complete_refund(refund=_asked_about(store=store, refund_id=refund_id, by=by), by=by)


@transaction.atomic
def _asked_about(*, store: Store, refund_id: UUID, by: Actor) -> Refund:
    found = Refund.objects.for_store(store).filter(public_id=refund_id)
    refund = found.select_related("payment__order").first()
    if refund is None:
        raise NotFound("There is no such refund.")
    events.publish(RefundAskedAbout.of(refund), store=store, by=by)
    return refund
