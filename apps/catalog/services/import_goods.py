"""Goods that past orders name and the catalogue does not know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.catalog.errors import SkuTaken, SlugTaken
from apps.catalog.events import ProductCreated, ProductPublished, VariantCreated
from apps.catalog.models import Product, Variant
from apps.catalog.offers import require_store_money
from apps.catalog.services.refresh_listings import refresh_listings
from apps.catalog.slugs import MAX_LENGTH, slug_of
from apps.core.constraints import refined
from apps.core.money import Money
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
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
    for one in goods:
        require_store_money(store, one.price, None)
    slugs = _Slugs(store, [one.title for one in goods])
    products = [_product(store, one, slugs, now=now) for one in goods]
    taken = {"product_slug_once_in_store": SlugTaken, "variant_sku_once_in_store": SkuTaken}
    with refined(taken):
        Product.objects.bulk_create(products, batch_size=1_000)
        variants = [
            Variant(
                store=store,
                product=product,
                sku=one.sku,
                price_amount=one.price.amount,
                currency=store.currency,
            )
            for one, product in zip(goods, products, strict=True)
        ]
        Variant.objects.bulk_create(variants, batch_size=1_000)
    events.publish(*_facts(variants), store=store, by=by)
    # Nobody else can wait for listings of products that only this transaction sees.
    refresh_listings(product_ids=[product.pk for product in products])
    return variants


class _Slugs:
    """Slugs that nobody has."""

    def __init__(self, store: Store, titles: Collection[str]) -> None:
        wanted = [slug_of(title, public_id=store.public_id) for title in titles]
        known = Product.objects.for_store(store).filter(slug__in=wanted)
        self._taken = set(known.values_list("slug", flat=True))

    def give(self, product: Product, sku: str) -> str:
        slug = slug_of(product.title, public_id=product.public_id)
        if slug in self._taken:
            room = MAX_LENGTH - 13
            slug = f"{slug_of(f'{sku} {slug}', public_id=product.public_id)[:room]}"
            slug = f"{slug}-{product.public_id.hex[-12:]}"
        self._taken.add(slug)
        return slug


def _product(store: Store, goods: PastGoods, slugs: _Slugs, *, now: datetime) -> Product:
    product = Product(
        store=store,
        title=goods.title,
        product_type=goods.product_type,
        published_at=None if goods.is_hidden else now,
    )
    product.slug = slugs.give(product, goods.sku)
    return product


def _facts(variants: Sequence[Variant]) -> list[Event]:
    facts: list[Any] = []
    for one in variants:
        facts.append(ProductCreated.of(one.product))
        facts.append(VariantCreated.of(one, one.product, price=one.price))
        if one.product.published_at is not None:
            published_at = one.product.published_at
            facts.append(ProductPublished.of(one.product, published_at=published_at))
    return facts
