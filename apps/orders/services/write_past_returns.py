"""Goods that came back, and money that was given back, before the shop moved here."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.models import User
from apps.core.constraints import refined
from apps.core.encrypted_fields import encrypted_fields_of
from apps.core.ids import uuid7_at
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.inventory.past import PastMovement
from apps.orders.models import Order, OrderLine, OrderTransition, PastReturn
from apps.orders.past import PastCredit, PastReturnLine
from apps.orders.past_errors import OrderImportedAlready
from apps.orders.past_events import OrderReturnedBefore, PastReturnImported
from apps.orders.returning import SoldLine, shares
from apps.orders.transitions import ALL_GONE, OrderState
from apps.stores.models import Store

_Sold = dict[tuple[int, int], list[SoldLine]]  # by customer and variant


@requires_transaction
def write_past_returns(
    *, store: Store, source: str, returns: Sequence[PastCredit], by: Actor
) -> list[PastReturn]:
    """This function will write down what came back elsewhere, beside the orders it came from.

    Those are orders of the same source and customer that hold the variant (`returning.shares`).
    What has all come back is refunded, by the last return's time. How stock moved is left to the
    caller (`returned_by`). Returns the first row of each credit, in the order given.

    Raises:
        OrderImportedAlready: one is known from this source; nothing was written.
    """
    if not returns:
        return []
    sold = _sold_lines(store, source, returns)
    rows, firsts = [], []
    for credit in returns:
        own = list(_rows(store, source, credit, sold))
        rows += own
        firsts.append(own[0])
    with refined({"past_return_imported_once": OrderImportedAlready}):
        PastReturn.objects.bulk_create(rows, batch_size=1_000)
    _refund(store, {row.order_id for row in rows if row.order_id is not None}, by=by)
    facts = [_fact(row, credit) for row, credit in zip(firsts, returns, strict=True)]
    events.publish(*facts, store=store, by=by)
    return firsts


def _sold_lines(store: Store, source: str, returns: Sequence[PastCredit]) -> _Sold:
    """What the customers have bought of it, read under the locks of the orders."""
    wanted = {
        (credit.customer.pk, line.variant.pk)
        for credit in returns
        if credit.customer is not None
        for line in credit.lines
        if line.variant is not None
    }
    if not wanted:
        return {}
    lines = OrderLine.objects.filter(
        order__store=store,
        order__source=source,
        order__withdrawn_at__isnull=True,
        order__paid_at__isnull=False,
        order__customer__in={customer for customer, _ in wanted},
        variant__in={variant for _, variant in wanted},
    )
    Order.objects.filter(pk__in=lines.values("order")).only("pk").locked()
    back = Coalesce(Sum("past_returns__quantity", filter=_STANDING), 0)
    sold: _Sold = defaultdict(list)
    rows = lines.annotate(back=back).values_list(
        "order__customer", "variant", "pk", "order", "order__placed_at", "quantity", "back"
    )
    for customer, variant, pk, order, placed_at, quantity, came_back in rows:
        if (customer, variant) in wanted:
            left = SoldLine(
                line_id=pk, order_id=order, placed_at=placed_at, left=quantity - came_back
            )
            sold[customer, variant].append(left)
    return sold


_STANDING = Q(past_returns__withdrawn_at__isnull=True)


def _rows(store: Store, source: str, credit: PastCredit, sold: _Sold) -> Iterator[PastReturn]:
    position = 0
    for line in credit.lines:
        for of_line, quantity in _shares(credit, line, sold):
            order_id, line_id = (of_line.order_id, of_line.line_id) if of_line else (None, None)
            yield PastReturn(
                public_id=uuid7_at(credit.returned_at),
                store=store,
                source=source,
                external_number=credit.external_number,
                position=position,
                customer=credit.customer,
                order_id=order_id,
                order_line_id=line_id,
                variant=line.variant,
                sku=line.sku,
                title=line.title,
                quantity=quantity,
                currency=store.currency,
                amount=line.unit_amount * quantity,
                returned_at=credit.returned_at,
            )
            position += 1


def _shares(
    credit: PastCredit, line: PastReturnLine, sold: _Sold
) -> Iterator[tuple[SoldLine | None, int]]:
    if credit.customer is None or line.variant is None:
        return iter([(None, line.quantity)])
    own = sold.get((credit.customer.pk, line.variant.pk), [])
    return shares(line.quantity, lines=own, before=credit.returned_at)


def _refund(store: Store, order_ids: Collection[int], *, by: Actor) -> None:
    if not order_ids:
        return
    left = OrderLine.objects.filter(order__in=order_ids).annotate(
        back=Coalesce(Sum("past_returns__quantity", filter=_STANDING), 0)
    )
    partly = set(left.filter(quantity__gt=F("back")).values_list("order", flat=True))
    gone = set(order_ids) - partly
    orders = Order.objects.filter(pk__in=gone, state__in=[*ALL_GONE, OrderState.PAID])
    refunded = list(orders.select_related("customer").defer(*_ENCRYPTED).order_by("pk"))
    times = _last_returns(gone)
    steps, facts = [], []
    for order in refunded:
        at = times[order.pk]
        steps.append(
            OrderTransition(
                order=order,
                from_state=order.state,
                to_state=OrderState.REFUNDED,
                actor=actor_reference(by),
                created_at=at,
            )
        )
        changes = {"state": [order.state, str(OrderState.REFUNDED)]}
        facts.append(OrderReturnedBefore.of(order, changes=changes))
        order.state, order.refunded_at = OrderState.REFUNDED, at
        order.version, order.updated_at = order.version + 1, timezone.now()
    Order.objects.bulk_update(refunded, ["state", "refunded_at", "version", "updated_at"])
    OrderTransition.objects.bulk_create(steps)
    events.publish(*facts, store=store, by=by)


_ENCRYPTED = [*encrypted_fields_of(Order), *encrypted_fields_of(User, "customer")]


def _last_returns(order_ids: Collection[int]) -> dict[int, datetime]:
    rows = PastReturn.objects.standing().filter(order__in=order_ids).order_by("returned_at", "pk")
    return dict(rows.values_list("order", "returned_at"))


def returned_by(
    firsts: Sequence[PastReturn], returns: Sequence[PastCredit]
) -> Iterator[PastMovement]:
    """This function will tell what came back to the shelves by the credits that were written."""
    for first, credit in zip(firsts, returns, strict=True):
        for line in credit.lines:
            if line.variant is not None and line.moves_stock:
                yield PastMovement(
                    variant_id=line.variant.pk,
                    kind="past_return",
                    quantity=line.quantity,
                    moved_at=credit.returned_at,
                    reference=first.public_id,
                )


def _fact(row: PastReturn, credit: PastCredit) -> PastReturnImported:
    return PastReturnImported(
        aggregate_id=row.public_id,
        source=row.source,
        external_number=row.external_number,
        lines=len(credit.lines),
    )
