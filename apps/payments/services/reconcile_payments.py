"""Comparing our books with the gateways', by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from apps.core.errors import CommerceError
from apps.core.transactions import forbids_transaction
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.payments.services.check_payment import check_payment
from apps.payments.services.record_charge import record_charge


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """One payment that the gateway was asked about. `problem` says why it is not settled."""

    payment: Payment
    before: str
    problem: str = ""

    @property
    def is_healed(self) -> bool:
        """Whether the gateway knew better than our books."""
        return self.payment.state != self.before


@forbids_transaction
def reconcile_payments(*, payments: Iterable[Payment]) -> Iterator[Reconciliation]:
    """This function will ask the gateways how payments stand, one after the other, and record it.

    Open payments are dealt with as beat does; of those that ended the gateway is asked whether
    money came after all. Each payment comes with its order and store.
    """
    for payment in payments:
        before = payment.state
        try:
            now_stands = _ask(payment)
        except CommerceError as error:
            yield Reconciliation(payment=payment, before=before, problem=error.title)
        else:
            yield Reconciliation(payment=now_stands, before=before, problem=now_stands.held_reason)


def _ask(payment: Payment) -> Payment:
    if payment.is_open and not payment.held_reason:
        return check_payment(payment=payment, now=timezone.now())
    if not payment.gateway_reference:
        return payment
    charge = find_gateway(payment.gateway).find_charge(payment.gateway_reference)
    return record_charge(
        payment_id=payment.public_id,
        charge=charge,
        by=None,
        now=timezone.now(),
    )
