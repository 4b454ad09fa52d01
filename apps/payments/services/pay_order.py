"""Paying: three steps, of which only the middle one talks to the gateway."""

from datetime import datetime
from functools import partial
from uuid import UUID

from apps.accounts.models import User
from apps.core.transactions import forbids_transaction
from apps.payments.errors import PaymentInProgress, UnknownPaymentMethod
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.payments.services.charge_payment import charge_payment
from apps.payments.services.open_payment import open_payment
from apps.payments.services.withdraw_payment import withdraw_payment
from apps.stores.models import Store


@forbids_transaction
def pay_order(
    *,
    store: Store,
    order_id: UUID,
    customer: User,
    gateway: str,
    payment_method: str = "",
    idempotency_key: str,
    now: datetime,
) -> Payment:
    """This function will have a customer's pending order paid, or tell in the payment why not.

    The payment is recorded, then the gateway is asked with no row locked, then the outcome is
    recorded together with the order's. Wherever that stops half-way, a call with the same
    `idempotency_key` goes on with the same payment: the customer is charged once. A payment before
    that waits for its payer is withdrawn: they are here, and want to pay in another way.

    Raises:
        UnknownGateway, UnknownPaymentMethod: nothing was tried.
        OrderNotFound: the store has no such order of this customer.
        OrderNotPayable: it is not pending any more, or its time is up.
        PaymentInProgress: another payment of the order is not settled.
        TooManyPaymentAttempts: it was tried `PAYMENT_ATTEMPTS_PER_ORDER` times.
        IdempotencyKeyReused: the key paid this order in another way.
        GatewayUnavailable: the outcome is not known yet; ask again with the same key.
    """
    if not find_gateway(gateway).accepts(payment_method):
        raise UnknownPaymentMethod
    open_it = partial(
        open_payment,
        store=store,
        order_id=order_id,
        customer=customer,
        gateway=gateway,
        payment_method=payment_method,
        idempotency_key=idempotency_key,
        now=now,
    )
    try:
        payment = open_it()
    except PaymentInProgress:
        if not _withdraw_waiting(store=store, order_id=order_id, by=customer):
            raise
        payment = open_it()
    return charge_payment(payment=payment, by=customer)


def _withdraw_waiting(*, store: Store, order_id: UUID, by: User) -> bool:
    waiting = Payment.objects.for_store(store).filter(
        order__public_id=order_id,
        order__customer=by,
        state=Payment.State.REQUIRES_ACTION,
        held_reason="",
    )
    payment = waiting.select_related("store", "order").first()
    return payment is not None and not withdraw_payment(payment=payment, by=by).is_open
