"""A stock-take: many shelves of one warehouse were counted."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from apps.core.errors import CommerceError
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.counts import CountOutcome, CountResult, StockCount
from apps.inventory.events import StockCounted
from apps.inventory.models import StockItem, StockMovement, Warehouse
from apps.inventory.services.adjust_stocks import adjust_stocks
from apps.inventory.services.open_stocks import open_stocks
from apps.stores.models import Store

_STEP = 100


def apply_counts(
    *,
    store: Store,
    warehouse: Warehouse,
    counts: Sequence[StockCount],
    reason: str,
    reference: UUID,
    by: Actor,
) -> list[CountOutcome]:
    """This function will set what a warehouse has of variants to what was counted, one by one.

    A count that is refused, because the number is another one meanwhile or more is reserved than
    would be left, is refused alone. A hundred are one transaction, in which they are announced.
    Under a `reference` each is carried out once, however often the same stock-take is sent. All are
    counts of `warehouse`.

    Raises:
        NotInStore: a variant or the warehouse belongs to another store.
    """
    outcomes: list[CountOutcome] = []
    for begin in range(0, len(counts), _STEP):
        outcomes += _apply(
            store=store,
            warehouse=warehouse,
            counts=counts[begin : begin + _STEP],
            reason=reason,
            reference=reference,
            by=by,
        )
    return outcomes


@retry_conflicts
@transaction.atomic
def _apply(
    *,
    store: Store,
    warehouse: Warehouse,
    counts: Sequence[StockCount],
    reason: str,
    reference: UUID,
    by: Actor,
) -> list[CountOutcome]:
    places = [(one.variant, warehouse) for one in counts]
    items = open_stocks(store=store, places=places)
    before = _done_before(reference, items.values())
    outcomes = [
        _judge(one, items[place], before) for one, place in zip(counts, places, strict=True)
    ]
    wanted = [one.count for one in outcomes if one.result is CountResult.CHANGED]
    if wanted:
        adjust_stocks(store=store, counts=wanted, reason=reason, by=by, reference=reference)
    _announce(outcomes, store=store, warehouse=warehouse, by=by)
    return outcomes


def _done_before(reference: UUID, items: Collection[StockItem]) -> set[int]:
    """Read behind the locks: whoever sent the same at the same time has come to its end."""
    moved = StockMovement.objects.filter(
        reference=reference, stock_item__in=items, kind=StockMovement.Kind.ADJUSTED
    )
    return set(moved.values_list("stock_item_id", flat=True))


def _judge(count: StockCount, item: StockItem, before: Collection[int]) -> CountOutcome:
    if item.pk in before:
        return CountOutcome(count=count, result=CountResult.REPEATED, on_hand=item.on_hand)
    try:
        count.require_possible(item)
    except CommerceError as refusal:
        return CountOutcome(
            count=count,
            result=CountResult.REFUSED,
            on_hand=item.on_hand,
            reason=refusal.in_words,
        )
    if count.quantity == item.on_hand:
        return CountOutcome(count=count, result=CountResult.CONFIRMED, on_hand=item.on_hand)
    return CountOutcome(count=count, result=CountResult.CHANGED, on_hand=count.quantity)


def _announce(
    outcomes: Sequence[CountOutcome], *, store: Store, warehouse: Warehouse, by: Actor
) -> None:
    """Nobody is told again of what was sent twice."""
    results = [one.result for one in outcomes]
    changed = results.count(CountResult.CHANGED)
    if not changed and CountResult.REPEATED in results:
        return
    refused = results.count(CountResult.REFUSED)
    fact = StockCounted(
        aggregate_id=warehouse.public_id,
        warehouse=warehouse.code,
        counted=len(outcomes) - refused,
        changed=changed,
        refused=refused,
    )
    events.publish(fact, store=store, by=by)
