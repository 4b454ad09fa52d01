"""From goods to an order."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Variant
from apps.core.constraints import refined
from apps.core.errors import CommerceError
from apps.core.money import Money
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import services as inventory
from apps.orders import unpaid
from apps.orders.addresses import snapshot
from apps.orders.errors import (
    OrderNumberTaken,
    OrderTooLarge,
    PriceChanged,
    TooManyUnpaidOrders,
)
from apps.orders.events import OrderPlaced
from apps.orders.models import Cart, Order, OrderLine
from apps.orders.numbers import new_number
from apps.orders.services.change_state import begin_history
from apps.orders.totals import Line, Totals, store_totals
from apps.stores.models import Store

_ATTEMPTS = 5
_REFUSALS: Mapping[str, Callable[[], CommerceError]] = {
    "order_number_once_in_store": OrderNumberTaken,
    "unpaid_orders_of_customer": TooManyUnpaidOrders.of_customer,
    "unpaid_orders_from_address": TooManyUnpaidOrders.from_address,
}
_MOST_MONEY = 10**15  # what an amount column holds


@dataclass(frozen=True, kw_only=True)
class Goods:
    """So many of a variant, at the price it was just read with."""

    variant: Variant
    quantity: int

    @property
    def line(self) -> Line:
        """The price of all of them. What is charged is what was shown, so the unit is rounded."""
        return Line(unit_price=self.variant.price.rounded(), quantity=self.quantity)


@requires_transaction
def write_order(
    *,
    store: Store,
    customer: User,
    goods: Sequence[Goods],
    shipping_address: Mapping[str, str],
    expected_total: Money | None,
    customer_note: str,
    by: Actor,
    now: datetime,
    cart: Cart | None = None,
) -> Order:
    """This function will write a pending order with its lines and history, and reserve its stock.

    Stock is reserved last, so that what everybody wants is locked for the shortest time.

    Raises:
        PriceChanged: the total is not the expected one.
        TooManyUnpaidOrders: customer or address have as many as they may have.
        OutOfStock: there is not enough left.
        ProductUnavailable: a product was deleted meanwhile.
    """
    totals = store_totals([one.line for one in goods], store=store)
    _require_total(totals, expected_total)
    order = _new_order(store, totals, now=now)
    order.customer, order.cart, order.customer_note = customer, cart, customer_note
    order.shipping_address = snapshot(shipping_address)
    _insert_with_number(order)
    order.attach_lines(OrderLine.objects.bulk_create(_lines(order, goods)))
    begin_history(order=order, by=by, now=now)
    _record_first_sales(store, goods, by=by, now=now)
    _reserve(order, goods, by=by)
    events.publish(
        OrderPlaced.of(
            order,
            cart_id=cart.public_id if cart else None,
            total=order.total,
            expires_at=order.expires_at,
        ),
        store=store,
        by=by,
    )
    return order


def _require_total(totals: Totals, expected: Money | None) -> None:
    if expected is not None and expected != totals.total:
        raise PriceChanged(submitted=expected, current=totals.total)
    if totals.total.amount >= _MOST_MONEY:
        raise OrderTooLarge


def _new_order(store: Store, totals: Totals, *, now: datetime) -> Order:
    return Order(
        store=store,
        currency=store.currency,
        subtotal_amount=totals.subtotal.amount,
        discount_amount=totals.discount.amount,
        shipping_amount=totals.shipping.amount,
        tax_amount=totals.tax.amount,
        total_amount=totals.total.amount,
        prices_include_tax=store.prices_include_tax,
        tax_rate=store.tax_rate,
        placed_at=now,
        expires_at=now + timedelta(minutes=settings.RESERVATION_MINUTES),
    )


def _insert_with_number(order: Order) -> None:
    address = unpaid.placed_from()
    for _ in range(_ATTEMPTS):
        order.number = new_number()
        order.placed_from = unpaid.place_among_unpaid(
            customer_id=order.customer_id, address=address
        )
        with suppress(OrderNumberTaken), refined(_REFUSALS):
            order.save(force_insert=True)
            order.placed_from = address
            return
    raise OrderNumberTaken


def _lines(order: Order, goods: Sequence[Goods]) -> list[OrderLine]:
    return [
        OrderLine(
            order=order,
            variant=one.variant,
            position=position,
            sku=one.variant.sku,
            title=one.variant.product.title,
            variant_title=one.variant.title,
            quantity=one.quantity,
            currency=order.currency,
            unit_price_amount=one.line.unit_price.amount,
            line_total_amount=one.line.total.amount,
        )
        for position, one in enumerate(goods)
    ]


def _record_first_sales(store: Store, goods: Sequence[Goods], *, by: Actor, now: datetime) -> None:
    products = [one.variant.product for one in goods]
    if unsold := {product.pk for product in products if product.first_sold_at is None}:
        catalog.record_first_sale(store=store, product_ids=unsold, now=now, by=by)


def _reserve(order: Order, goods: Sequence[Goods], *, by: Actor) -> None:
    inventory.reserve_stock(
        store=order.store,
        lines=[inventory.Demand(variant_id=one.variant.pk, quantity=one.quantity) for one in goods],
        reference=order.public_id,
        expires_at=order.expires_at,
        by=by,
    )
