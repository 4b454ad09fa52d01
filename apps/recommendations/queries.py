"""What to show beside a product, and to a person.

Let n(p, q) be the number of paid orders that held both products (`learn_co_purchases`). Then

    beside a product p:   score(q) = n(p, q)
    to a person u:        score(q) = Σ n(p, q) over the products p of u's latest 100 order lines,
                                     of each p its 50 largest n(p, q)
    to anybody:           score(q) = max n(p, q) among the store's 1000 largest n(p, q)

Only products count that can be bought now: published, with a variant in stock. What the shopper
looks at, or bought in those lines, is left out. When too few have a score, others follow, newest
first: beside a product those of its categories, then featured ones; to a person featured ones,
then what is bought together most. Anybody we know nothing of sees featured ones first. Equal
scores go to the product that was there first, so that a page stays as it is.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    DecimalField,
    Exists,
    Func,
    Max,
    OuterRef,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Extract

from apps.accounts.models import User
from apps.catalog.errors import NotInCatalog
from apps.catalog.models import Product, Variant
from apps.catalog.queries import with_main_image, with_offers
from apps.orders.models import OrderLine
from apps.orders.transitions import PAID_FOR
from apps.recommendations.models import CoPurchase
from apps.stores.models import Store

# What somebody bought long ago says little of what they want now.
_LATEST_LINES = 100
# How many pairs are looked at: some products are bought together with everything.
_PAIRS_OF_EACH = 50
_STRONGEST_PAIRS = 1000

# (tier, score, product): a lower tier comes first, then a higher score. Scores are decimals, for
# the first SELECT of a UNION says how all of them are read.
Row = tuple[int, Decimal, int]
Tier = QuerySet[Any, Row]
_KNOWN = 0  # what the shopper looks at, or has bought: left out


def ids_beside_product(*, product: QuerySet[Product], store: Store, most: int) -> list[int]:
    """This function will return the keys of products to show beside one, best first.

    One statement, which also finds the one among `product`, however many sources are needed.

    Raises:
        NotInCatalog: there is no such product.
    """
    this = product.order_by("pk").values("pk")[:1]
    shelves = Product.categories.through.objects
    shared = shelves.filter(product=this).values("category")
    neighbours = shelves.filter(category__in=shared).values("product")
    offered = _offered(store)
    enough = most + 1
    rows = _ranked(
        this.values_list(Value(_KNOWN), Value(Decimal(0)), "pk"),
        _scored(CoPurchase.objects.filter(product=this), offered, tier=1, most=enough),
        _newest(offered.filter(pk__in=neighbours), tier=2, most=enough),
        _newest(offered.filter(is_featured=True), tier=3, most=enough),
    )
    if not rows or rows[0][0] != _KNOWN:
        raise NotInCatalog
    return _best(rows, most=most)


def ids_for_person(*, person: User, store: Store, most: int) -> list[int]:
    """This function will return the keys of products to show to somebody, best first."""
    bought = OrderLine.objects.filter(
        order__customer=person, order__store=store, order__state__in=PAID_FOR
    )
    latest = bought.order_by("-pk")
    products = latest.values("variant__product")[:_LATEST_LINES]
    offered = _offered(store)
    enough = most + _LATEST_LINES
    rows = _ranked(
        latest.values_list(Value(_KNOWN), Value(Decimal(0)), "variant__product")[:_LATEST_LINES],
        _summed(_strongest_of_each(products), offered, tier=1, most=enough),
        _newest(offered.filter(is_featured=True), tier=2, most=enough),
        _strongest(store, offered, tier=3, most=enough),
    )
    return _best(rows, most=most)


def ids_for_anybody(*, store: Store, most: int) -> list[int]:
    """This function will return the keys of products to show to somebody unknown, best first."""
    offered = _offered(store)
    rows = _ranked(
        _newest(offered.filter(is_featured=True), tier=1, most=most),
        _strongest(store, offered, tier=2, most=most),
    )
    return _best(rows, most=most)


def listed_products(*, ids: Sequence[int]) -> list[Product]:
    """This function will read products for a list, in the order of their keys."""
    products = with_main_image(with_offers(Product.objects.all()))
    by_key = products.prefetch_related("categories").in_bulk(list(ids))
    return [by_key[key] for key in ids if key in by_key]


def _offered(store: Store) -> QuerySet[Product]:
    in_stock = Variant.objects.filter(product=OuterRef("pk"), in_stock=True)
    return Product.objects.for_store(store).published().filter(Exists(in_stock))


def _ranked(first: Tier, *others: Tier) -> list[Row]:
    return sorted(first.union(*others, all=True), key=lambda row: (row[0], -row[1], row[2]))


def _best(rows: Sequence[Row], *, most: int) -> list[int]:
    known = {product for tier, _, product in rows if tier == _KNOWN}
    return list(dict.fromkeys(row[2] for row in rows if row[2] not in known))[:most]


def _of_other(pairs: QuerySet[CoPurchase], offered: QuerySet[Product]) -> QuerySet[CoPurchase]:
    return pairs.filter(Exists(offered.filter(pk=OuterRef("other"))))


def _strongest_of_each(products: QuerySet[Any, Any]) -> QuerySet[CoPurchase]:
    own = CoPurchase.objects.filter(product=OuterRef("pk")).order_by("-count", "other")
    pairs = ArraySubquery(own.values("pk")[:_PAIRS_OF_EACH])
    each = Func(pairs, function="unnest", output_field=BigIntegerField())
    strongest = Product.objects.filter(pk__in=products).annotate(pair=each)
    return CoPurchase.objects.filter(pk__in=strongest.values("pair"))


def _scored(
    pairs: QuerySet[CoPurchase], offered: QuerySet[Product], *, tier: int, most: int
) -> Tier:
    rows = _of_other(pairs, offered).order_by("-count", "other_id")
    return rows.values_list(Value(tier), "count", "other_id")[:most]


def _summed(
    pairs: QuerySet[CoPurchase], offered: QuerySet[Product], *, tier: int, most: int
) -> Tier:
    sums = _of_other(pairs, offered).values("other_id").annotate(score=Sum("count"))
    rows = sums.order_by("-score", "other_id")
    return rows.values_list(Value(tier), "score", "other_id")[:most]


def _strongest(store: Store, offered: QuerySet[Product], *, tier: int, most: int) -> Tier:
    pairs = CoPurchase.objects.for_store(store).order_by("-count", "pk")[:_STRONGEST_PAIRS]
    best = CoPurchase.objects.filter(pk__in=pairs.values("pk"))
    scored = _of_other(best, offered).values("other_id").annotate(score=Max("count"))
    rows = scored.order_by("-score", "other_id")
    return rows.values_list(Value(tier), "score", "other_id")[:most]


def _newest(products: QuerySet[Product], *, tier: int, most: int) -> Tier:
    born = Extract("created_at", "epoch", output_field=DecimalField())
    return products.order_by("-created_at", "pk").values_list(Value(tier), born, "pk")[:most]
