"""From what a file says to what the services of orders and stock take. No database."""

from collections.abc import Iterator
from decimal import Decimal

from apps.accounts.models import User
from apps.catalog.models import Variant
from apps.interchange.formats.past_record import (
    CorrectionRecord,
    CreditRecord,
    OrderRecord,
    PastLineRecord,
)
from apps.interchange.known_history import KnownGoods, reference_of
from apps.inventory.past import PastMovement
from apps.orders.past import PastCredit, PastLine, PastOrder, PastReturnLine
from apps.orders.transitions import OrderState
from apps.stores.models import Store


def order_of(record: OrderRecord, *, customer: User, goods: KnownGoods) -> PastOrder:
    """This function will return an order; where its customer was forgotten it goes nowhere."""
    return PastOrder(
        external_number=record.key,
        customer=customer,
        placed_at=record.at,
        state=OrderState(record.state),
        lines=[_order_line(one, goods) for one in record.lines],
        discount=record.discount,
        shipping=record.shipping,
        tax=record.tax,
        tax_rate=_tax_rate(record),
        prices_include_tax=record.prices_include_tax,
        shipping_address=record.address if customer.erased_at is None else {},
    )


def credit_of(record: CreditRecord, *, customer: User | None, goods: KnownGoods) -> PastCredit:
    """This function will return a credit: what is no goods is money alone."""
    return PastCredit(
        external_number=record.key,
        customer=customer,
        returned_at=record.at,
        lines=[
            PastReturnLine(
                variant=_known(one, goods) if _moves(one) else None,
                sku=one.sku,
                title=one.title,
                quantity=one.quantity,
                unit_amount=one.unit_price,
            )
            for one in record.lines
        ],
    )


def movements_of(
    record: CorrectionRecord, *, store: Store, goods: KnownGoods
) -> Iterator[PastMovement]:
    """This function will yield what a correction moved; what the file says of it is the note."""
    for line in record.lines:
        yield PastMovement(
            variant_id=_known(line, goods).pk,
            kind="adjusted",
            quantity=line.quantity,
            moved_at=record.at,
            reference=reference_of(record, store=store),
            note=line.title,
        )


def _order_line(line: PastLineRecord, goods: KnownGoods) -> PastLine:
    return PastLine(
        variant=_known(line, goods),
        title=line.title,
        quantity=line.quantity,
        unit_price=line.unit_price,
        moves_stock=_moves(line),
    )


def _known(line: PastLineRecord, goods: KnownGoods) -> Variant:
    variant = goods.get(line.sku)
    if variant is None:
        raise LookupError(f"{line.sku} was planned, and is not there")
    return variant


def _moves(line: PastLineRecord) -> bool:
    return line.goods is None or line.goods.is_goods


def _tax_rate(record: OrderRecord) -> Decimal:
    """The share of the net price that the tax is; a file has the sum only."""
    net = record.total - record.tax
    return (record.tax / net).quantize(Decimal("0.0001")) if net > 0 else Decimal(0)
