"""Finding again what goes with what."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.core.transactions import forbids_transaction
from apps.recommendations.engine import Neighbours, engine_named
from apps.recommendations.models import Rebuild, SimilarProducts
from apps.recommendations.purchase_history import read_purchases
from apps.stores.models import Store

log = structlog.get_logger(__name__)

# Longer than any worker is let compute (`tasks`), so that nobody takes over from the living.
CLAIM = timedelta(minutes=30)
_BATCH = 500


@forbids_transaction
def rebuild_similar_products(*, store: Store, now: datetime) -> int:
    """This function will let the engine learn from a store's latest orders, and replace the
    neighbours of all its products at once. Returns how many products have new ones.

    Of two who do it at once the second does nothing. No transaction is open while it reads and
    computes; memory is bounded by `RECOMMENDATIONS_MOST_LINES` and what the engine is set to.

    Raises:
        ImportError: there is no engine with the name in `RECOMMENDATIONS_ENGINE`.
    """
    engine = engine_named(name=settings.RECOMMENDATIONS_ENGINE)
    claim = _claim(store, now)
    if claim is None:
        return 0
    try:
        purchases = read_purchases(store=store, most_lines=settings.RECOMMENDATIONS_MOST_LINES)
        most = settings.RECOMMENDATIONS_NEIGHBOURS
        found = list(engine.neighbours(purchases=purchases, most=most))
        changed = _replace(store, claim, found, lines=len(purchases), now=now)
    finally:
        Rebuild.objects.filter(store=store, claim=claim).update(claim=None, claimed_until=None)
    log.info("similar_products_rebuilt", store=str(store.public_id), changed=changed)
    return changed


@transaction.atomic
def _claim(store: Store, now: datetime) -> UUID | None:
    Rebuild.objects.bulk_create([Rebuild(store=store)], ignore_conflicts=True)
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    claim = uuid4()
    claimed = Rebuild.objects.filter(free, store=store).update(
        claim=claim, claimed_until=now + CLAIM
    )
    return claim if claimed else None


@transaction.atomic
def _replace(
    store: Store, claim: UUID, found: list[Neighbours], *, lines: int, now: datetime
) -> int:
    rebuilds = Rebuild.objects.filter(store=store).locked()
    if [one.claim for one in rebuilds] != [claim]:
        log.warning("similar_products_overtaken", store=str(store.public_id))
        return 0
    rows = SimilarProducts.objects.for_store(store)
    gone = set(rows.values_list("pk", flat=True)) - {one.product for one in found}
    rows.filter(pk__in=gone).delete()
    changed = len(gone)
    for start in range(0, len(found), _BATCH):
        changed += _write(store, found[start : start + _BATCH])
    Rebuild.objects.filter(store=store).update(
        finished_at=now,
        engine=settings.RECOMMENDATIONS_ENGINE,
        lines=lines,
        products=len(found),
    )
    return changed


def _write(store: Store, found: Sequence[Neighbours]) -> int:
    known = SimilarProducts.objects.in_bulk([one.product for one in found])
    wanted = [
        SimilarProducts(
            store=store, product_id=one.product, others=list(one.others), scores=list(one.scores)
        )
        for one in found
    ]
    changed = [row for row in wanted if _content(known.get(row.pk)) != _content(row)]
    SimilarProducts.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["others", "scores"],
    )
    return len(changed)


def _content(row: SimilarProducts | None) -> tuple[list[int], list[float]] | None:
    return (row.others, row.scores) if row else None
