"""One order of the demo shop, by the services that real ones go through."""

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.interchange.demo.story import Ending, Visit
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.stores.models import Store

_GATEWAY = "simulated"
_TO_PAY = timedelta(minutes=3)
_TO_CANCEL = timedelta(minutes=8)
_TO_CALL_OFF = timedelta(hours=5)
_TO_SHIP = timedelta(hours=26)
_TO_DELIVER = timedelta(hours=74)


def seed_order(
    *, store: Store, visit: Visit, customer: User, address: dict[str, str], staff: User
) -> Order:
    """This function will place an order at the time of a visit and lead it to the visit's ending.

    Raises:
        CommerceError: what is refused to a customer is refused here too.
    """
    order = orders.place_order_from_lines(
        store=store,
        customer=customer,
        lines=[
            orders.RequestedLine(variant=sku, quantity=quantity) for sku, quantity in visit.basket
        ],
        shipping_address=address,
        by=customer,
        now=visit.placed_at,
    )
    match visit.ending:
        case Ending.UNPAID:
            pass
        case Ending.CANCELED:
            _cancel(order, by=customer, now=visit.placed_at + _TO_CANCEL)
        case Ending.EXPIRED:
            orders.expire_order(order_id=order.public_id, now=order.expires_at)
        case Ending.DECLINED:
            _pay(order, "decline", now=visit.placed_at + _TO_PAY)
            orders.expire_order(order_id=order.public_id, now=order.expires_at)
        case _:
            _sell(order, visit=visit, staff=staff)
    return order


def _sell(order: Order, *, visit: Visit, staff: User) -> None:
    if visit.second_card:
        _pay(order, "decline", now=visit.placed_at + _TO_PAY / 2)
    _pay(order, "success", now=visit.placed_at + _TO_PAY)
    if visit.ending is Ending.CALLED_OFF:
        called_off_at = visit.placed_at + _TO_CALL_OFF
        _cancel(order, by=order.customer, now=called_off_at)
        _give_back(order, now=called_off_at)
    if visit.ending in {Ending.SHIPPED, Ending.DELIVERED}:
        shipped_at = visit.placed_at + _TO_SHIP
        orders.ship_order(
            store=order.store,
            order_id=order.public_id,
            carrier="Parcel Post",
            tracking_number=f"PP {order.number}",
            by=staff,
            now=shipped_at,
        )
    if visit.ending is Ending.DELIVERED:
        delivered_at = visit.placed_at + _TO_DELIVER
        orders.mark_order_delivered(
            store=order.store, order_id=order.public_id, by=staff, now=delivered_at
        )


def _cancel(order: Order, *, by: User, now: datetime) -> None:
    orders.cancel_order(
        store=order.store,
        order_id=order.public_id,
        by=by,
        reason="I have changed my mind",
        now=now,
        customer=order.customer,
    )


def _give_back(order: Order, *, now: datetime) -> None:
    """As `return_payment`, which the pipeline would get to only today, and then finds it done."""
    for payment in Payment.objects.filter(order=order, state=Payment.State.CAPTURED):
        refund = payments.register_refund(
            store=order.store,
            payment_id=payment.public_id,
            amount=None,
            reason="order canceled",
            idempotency_key="automatic:0",
            by=None,
        )
        answer = find_gateway(_GATEWAY).refund(
            charge_reference=payment.gateway_reference,
            amount=refund.money,
            idempotency_key=refund.gateway_idempotency_key,
            metadata={},
        )
        payments.record_refund(refund_id=refund.public_id, answer=answer, by=None, now=now)


def _pay(order: Order, method: str, *, now: datetime) -> None:
    """As `pay_order`, which looks at the clock when the gateway has answered: this is the past."""
    payment = payments.open_payment(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway=_GATEWAY,
        payment_method=method,
        idempotency_key=f"demo-{method}",
        now=now,
    )
    charge = find_gateway(_GATEWAY).charge(payment.charge_request)
    payments.record_charge(payment_id=payment.public_id, charge=charge, by=order.customer, now=now)
