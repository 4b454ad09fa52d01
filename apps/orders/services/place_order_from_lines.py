"""Ordering without a cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.core.money import Money
from apps.core.retries import retry_conflicts
from apps.events.actors import Actor
from apps.orders.errors import PriceChanged, PriceDifference
from apps.orders.models import Order
from apps.orders.queries import find_variants
from apps.orders.services.write_order import Goods, write_order
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class RequestedLine:
    """So many of a variant (public id or SKU), and the price the buyer has seen, if they say."""

    variant: UUID | str
    quantity: int
    unit_price: Money | None = None


@retry_conflicts
@transaction.atomic
def place_order_from_lines(
    *,
    store: Store,
    customer: User,
    lines: Sequence[RequestedLine],
    shipping_address: Mapping[str, str],
    by: Actor,
    now: datetime,
    expected_total: Money | None = None,
    customer_note: str = "",
) -> Order:
    """This function will order these lines, at least one, at the prices of this moment.

    The stock is reserved for `RESERVATION_MINUTES`. Two lines of one variant are added up.

    Raises:
        NotForSale: nobody can buy such a variant here.
        PriceChanged: a unit price or the total is not the submitted one; nothing is ordered.
        TooManyUnpaidOrders: customer or address have as many as they may have.
        OutOfStock: there is not enough left; nothing is ordered.
    """
    found = find_variants(store=store, references=[line.variant for line in lines])
    goods = [Goods(variant=found[line.variant], quantity=line.quantity) for line in lines]
    _require_prices(lines, goods)
    return write_order(
        store=store,
        customer=customer,
        goods=goods,
        shipping_address=shipping_address,
        expected_total=expected_total,
        customer_note=customer_note,
        by=by,
        now=now,
    )


def _require_prices(lines: Sequence[RequestedLine], goods: Sequence[Goods]) -> None:
    differences = [
        PriceDifference(sku=one.variant.sku, submitted=line.unit_price, current=one.line.unit_price)
        for line, one in zip(lines, goods, strict=True)
        if line.unit_price is not None and line.unit_price != one.line.unit_price
    ]
    if differences:
        raise PriceChanged.of_lines(differences)
