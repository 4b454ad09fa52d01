"""Checking out."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.catalog.errors import ProductUnavailable
from apps.core.money import Money
from apps.core.retries import retry_conflicts
from apps.events.actors import Actor
from apps.orders.errors import CartAlreadyOrdered, CartEmpty, CartNotFound
from apps.orders.models import Cart, Order
from apps.orders.queries import cart_lines
from apps.orders.services.write_order import Goods, write_order
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def place_order_from_cart(
    *,
    store: Store,
    customer: User,
    shipping_address: Mapping[str, str],
    by: Actor,
    now: datetime,
    cart_id: UUID | None = None,
    expected_total: Money | None = None,
    customer_note: str = "",
) -> Order:
    """This function will order what is in the customer's cart, at the prices of this moment.

    `cart_id` (public id) makes sure that it is this cart and no later one. The cart is closed, and
    the stock reserved for `RESERVATION_MINUTES`.

    Raises:
        CartEmpty, CartNotFound, CartAlreadyOrdered: there is nothing to order.
        ProductUnavailable: something in the cart is not for sale any more.
        PriceChanged: the total is not the expected one; nothing is ordered.
        TooManyUnpaidOrders: customer or address have as many as they may have.
        OutOfStock: there is not enough left; nothing is ordered.
    """
    cart = _lock(store=store, customer=customer, cart_id=cart_id)
    order = write_order(
        store=store,
        customer=customer,
        goods=_goods_in(cart, store=store),
        shipping_address=shipping_address,
        expected_total=expected_total,
        customer_note=customer_note,
        cart=cart,
        by=by,
        now=now,
    )
    cart.close(Cart.State.ORDERED)
    return order


def _lock(*, store: Store, customer: User, cart_id: UUID | None) -> Cart:
    """Whoever waited for the lock finds the cart closed, not open: then it is another tab's."""
    carts = Cart.objects.for_store(store).filter(owner=customer)
    if cart_id is not None:
        carts = carts.filter(public_id=cart_id)
    for cart in carts.filter(state=Cart.State.OPEN).locked():
        return cart
    if order := Order.objects.filter(cart__in=carts).order_by("-pk").first():
        raise CartAlreadyOrdered(order_id=str(order.public_id), number=order.number)
    raise CartEmpty if cart_id is None else CartNotFound


def _goods_in(cart: Cart, *, store: Store) -> list[Goods]:
    lines = cart_lines(store=store, cart=cart)
    if not lines:
        raise CartEmpty
    if gone := [line.variant.sku for line in lines if not line.for_sale]:
        raise ProductUnavailable(f"Not for sale any more: {', '.join(gone)}.", variants=gone)
    return [Goods(variant=line.variant, quantity=line.quantity) for line in lines]
