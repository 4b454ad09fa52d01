"""Forgetting what orders know of a customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.addresses import snapshot
from apps.orders.events import OrderUpdated
from apps.orders.holders import CartHolder
from apps.orders.models import Cart, Order, OrderNote
from apps.orders.services.cancel_order import cancel_locked_order
from apps.orders.services.empty_cart import empty_cart
from apps.orders.transitions import UNDER_WAY, OrderState
from apps.stores.models import Store


@requires_transaction
def erase_customer(*, customer: User, by: Actor, now: datetime) -> None:
    """This function will empty a customer's carts, cancel the orders they have not paid, and forget
    of the others what nobody needs.

    What is paid and has yet to arrive stays whole. Of other orders the notes go; where nothing was
    ever paid, the address goes too, for no document repeats it. Money that comes for an order
    canceled here goes back, as ever.
    """
    theirs = Order.objects.filter(customer=customer).exclude(state__in=UNDER_WAY)
    orders = theirs.select_related("store", "customer").locked()
    carts = Cart.objects.filter(owner=customer, state=Cart.State.OPEN)
    for store in Store.objects.filter(pk__in=carts.values("store")).order_by("pk"):
        empty_cart(holder=CartHolder(store=store, person=customer))
    noted = _forget_notes(orders)
    for order in orders:
        if order.state == OrderState.PENDING:
            cancel_locked_order(order=order, by=by, reason="the customer was forgotten", now=now)
        _forget(order, by=by, also=["notes"] if order.pk in noted else [])


def _forget_notes(orders: Sequence[Order]) -> set[int]:
    """Which of the orders had notes by staff."""
    notes = OrderNote.objects.filter(order__in=orders)
    noted = set(notes.values_list("order_id", flat=True))
    notes.update(text="")
    return noted


def _forget(order: Order, *, by: Actor, also: Sequence[str]) -> None:
    nothing: dict[str, Any] = {"customer_note": "", "staff_note": ""}
    if order.paid_at is None:
        nothing["shipping_address"] = snapshot({})
    changed = [name for name, value in nothing.items() if getattr(order, name) != value]
    for name in changed:
        setattr(order, name, nothing[name])
    if changed:
        order.save(update_fields=changed)
    fields = sorted([*changed, *also])
    if not fields:
        return
    updated = OrderUpdated(aggregate_id=order.public_id, number=order.number, fields=fields)
    events.publish(updated, store=order.store, by=by)
