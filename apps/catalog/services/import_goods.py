"""Goods that past orders name and the catalogue does not know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.catalog.drafts import ProductDraft
from apps.catalog.models import Product, Variant
from apps.catalog.services.create_products import create_products
from apps.catalog.slugs import MAX_LENGTH, slug_of
from apps.core.ids import uuid7
from apps.core.money import Money
from apps.core.transactions import requires_transaction
from apps.events.actors import Actor
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class PastGoods:
    """What another shop sold under one SKU; the public sees it unless `is_hidden`."""

    sku: str
    title: str
    price: Money
    is_hidden: bool = False
    product_type: str = ""


@requires_transaction
def import_goods(
    *, store: Store, goods: Sequence[PastGoods], by: Actor, now: datetime
) -> list[Variant]:
    """This function will add a product with one variant for each of the goods, in a few statements.

    Titles and SKUs are as long as their columns, and no SKU comes twice. Stock has none of them.
    Returns the variants in the order given.

    Raises:
        SkuTaken, SlugTaken: somebody else has added one meanwhile; nothing was added.
        CurrencyMismatch, PriceTooPrecise: a price is none of the store's.
    """
    slugs = _Slugs(store, [one.title for one in goods])
    drafts = [
        ProductDraft(
            details={
                "slug": slugs.give(one),
                "title": one.title,
                "product_type": one.product_type,
                "published_at": None if one.is_hidden else now,
            },
            variants=[{"sku": one.sku, "price": one.price}],
        )
        for one in goods
    ]
    created = create_products(store=store, drafts=drafts, by=by)
    return [variant for one in created for variant in one.variants]


class _Slugs:
    """Slugs that nobody has."""

    def __init__(self, store: Store, titles: Collection[str]) -> None:
        wanted = [slug_of(title, public_id=store.public_id) for title in titles]
        known = Product.objects.for_store(store).filter(slug__in=wanted)
        self._taken = set(known.values_list("slug", flat=True))

    def give(self, goods: PastGoods) -> str:
        its_own = uuid7()
        slug = slug_of(goods.title, public_id=its_own)
        if slug in self._taken:
            room = MAX_LENGTH - 13
            slug = slug_of(f"{goods.sku} {slug}", public_id=its_own)[:room]
            slug = f"{slug}-{its_own.hex[-12:]}"
        self._taken.add(slug)
        return slug
