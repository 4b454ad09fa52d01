"""A large catalogue to measure with."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from apps.catalog import services as catalog
from apps.catalog.models import Product
from apps.events.actors import Actor
from apps.interchange.demo.assortment import SKU_PREFIX, assortment, zipf_weight
from apps.interchange.errors import NotADemoShop
from apps.interchange.pictures import pictures_beside
from apps.interchange.report import ImportReport, Observer, nobody
from apps.interchange.services.import_products import import_products
from apps.stores.models import Store

_STEP = 1000
# What the most wanted product gets: as if it had been sold that often of late.
_MOST_WANTED = 10_000


def seed_catalog(
    *, store: Store, count: int, seed: int, by: Actor, now: datetime, observe: Observer = nobody
) -> ImportReport:
    """This function will fill a store with made-up products, wanted as Zipf's law has it.

    They go through the import that real ones go through. It may be run again at any time: what is
    there stays, and what an interrupted run has left undone is done.

    Raises:
        NotADemoShop: the store has products of its own; nothing is changed.
    """
    _require_made_up_goods(store)
    goods = assortment(
        count=count, seed=seed, currency=store.currency, decimals=store.currency_decimals
    )
    report = import_products(
        store=store,
        records=goods,
        load_picture=pictures_beside("-"),
        by=by,
        now=now,
        observe=observe,
    )
    _spread_popularity(store)
    return report


def _require_made_up_goods(store: Store) -> None:
    products = Product.objects.for_store(store)
    if products.exclude(variants__sku__startswith=SKU_PREFIX).exists():
        raise NotADemoShop(
            f"{store.name} has products of its own: made-up ones would mix with them."
        )


def _spread_popularity(store: Store) -> None:
    keys = list(Product.objects.for_store(store).order_by("pk").values_list("pk", flat=True))
    places = iter(enumerate(keys))
    while step := list(islice(places, _STEP)):
        _record(step, count=len(keys))


@transaction.atomic
def _record(step: Sequence[tuple[int, int]], *, count: int) -> None:
    catalog.record_popularity(
        scores={key: _MOST_WANTED * zipf_weight(place=place, count=count) for place, key in step}
    )
