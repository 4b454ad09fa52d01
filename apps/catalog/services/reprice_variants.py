"""Giving many variants new prices, exactly those that somebody was shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.catalog.changes import require_valid
from apps.catalog.errors import InvalidDetails
from apps.catalog.events import VariantUpdated
from apps.catalog.models import Product, Variant
from apps.catalog.offers import require_store_money
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.errors import CommerceError, PreconditionFailed
from apps.core.money import Money
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import changes_between
from apps.stores.models import Store

_PRODUCTS_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class PriceChange:
    """What a variant (primary key) of a product is to cost; `version` is the one that was seen."""

    product_id: int
    variant_id: int
    version: int
    price: Money
    compare_at: Money | None


@dataclass(frozen=True, kw_only=True)
class NotRepriced:
    """A variant that kept its price, and why."""

    variant_id: int
    sku: str
    reason: str


@dataclass(kw_only=True)
class RepriceReport:
    """What became of a change of many prices."""

    changed: int = 0
    unchanged: int = 0
    refused: list[NotRepriced] = field(default_factory=list)


def reprice_variants(*, store: Store, changes: Sequence[PriceChange], by: Actor) -> RepriceReport:
    """This function will give variants of a store the prices that are named, product by product.

    What somebody has changed since it was seen is left alone and reported, as is what cannot be.
    What has its new price already counts as unchanged: to send the same twice changes once. So many
    products at a time are locked and committed; whoever is interrupted sends the same once more.

    Raises:
        CurrencyMismatch: a price is not in the store's currency. Nothing was changed.
        PriceTooPrecise: a price has more decimals than the currency. Nothing was changed.
    """
    for one in changes:
        require_store_money(store, one.price, one.compare_at)
    report = RepriceReport()
    by_product: dict[int, list[PriceChange]] = {}
    for one in sorted(changes, key=lambda each: (each.product_id, each.variant_id)):
        by_product.setdefault(one.product_id, []).append(one)
    waiting = iter(by_product.items())
    while batch := dict(islice(waiting, _PRODUCTS_AT_ONCE)):
        done = _reprice(store=store, batch=batch, by=by)
        report.changed += done.changed
        report.unchanged += done.unchanged
        report.refused += done.refused
    return report


@retry_conflicts
@transaction.atomic
def _reprice(
    *, store: Store, batch: Mapping[int, Sequence[PriceChange]], by: Actor
) -> RepriceReport:
    report = RepriceReport()
    products = {
        one.pk: one for one in Product.objects.for_store(store).filter(pk__in=batch).locked()
    }
    wanted = [one for changes in batch.values() for one in changes]
    rows = Variant.objects.filter(
        product_id__in=products, pk__in=[one.variant_id for one in wanted]
    )
    variants = {(one.product_id, one.pk): one for one in rows.locked()}
    changed: list[Variant] = []
    facts: list[VariantUpdated] = []
    for change in wanted:
        variant = variants.get((change.product_id, change.variant_id))
        fact = _priced(variant, products.get(change.product_id), change, report)
        if variant is not None and fact is not None:
            changed.append(variant)
            facts.append(fact)
    if changed:
        _save(changed)
        events.publish(*facts, store=store, by=by)
        refresh_listings(product_ids={one.product_id for one in changed})
    report.changed = len(changed)
    return report


def _priced(
    variant: Variant | None, product: Product | None, change: PriceChange, report: RepriceReport
) -> VariantUpdated | None:
    """The fact, when there is one; the row is set, and not saved."""
    if variant is None or product is None:
        reason = "It is not there any more."
        report.refused.append(NotRepriced(variant_id=change.variant_id, sku="", reason=reason))
        return None
    before = {"price": variant.price, "compare_at": variant.compare_at}
    after = {"price": change.price, "compare_at": change.compare_at}
    if before == after:
        report.unchanged += 1
        return None
    try:
        variant.require_version(change.version)
        names = list(_set(variant, change))
    except CommerceError as refusal:
        stale = isinstance(refusal, PreconditionFailed)
        reason = "Somebody has changed it meanwhile." if stale else refusal.in_words
        report.refused.append(NotRepriced(variant_id=variant.pk, sku=variant.sku, reason=reason))
        return None
    changes = changes_between(before, after)
    return VariantUpdated.of(variant, product, price=change.price, changed=names, changes=changes)


def _set(variant: Variant, change: PriceChange) -> Iterator[str]:
    """Sets what differs and names it.

    Raises:
        InvalidDetails: the row would not be valid; it is as it was.
    """
    before: dict[str, Decimal | None] = {
        "price_amount": variant.price_amount,
        "compare_at_amount": variant.compare_at_amount,
    }
    variant.price_amount = change.price.amount
    variant.compare_at_amount = change.compare_at.amount if change.compare_at else None
    try:
        require_valid(variant)
    except InvalidDetails:
        for name, value in before.items():
            setattr(variant, name, value)
        raise
    yield from (name for name, value in before.items() if getattr(variant, name) != value)


def _save(variants: Sequence[Variant]) -> None:
    """A statement for all variants, and one for their products, whose versions count up too."""
    now = timezone.now()
    for one in variants:
        one.version += 1
        one.updated_at = now
    names = ["price_amount", "compare_at_amount", "version", "updated_at"]
    Variant.objects.bulk_update(variants, names)
    Product.objects.filter(pk__in={one.product_id for one in variants}).update(
        version=F("version") + 1, updated_at=now
    )
