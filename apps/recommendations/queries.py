"""What to show beside a product, and to a person.

Let n(p, q) be the number of paid orders that held both products (`learn_co_purchases`). Then

    beside a product p:   score(q) = n(p, q)
    to a person u:        score(q) = Σ n(p, q) over the products p that u bought last
    to anybody:           score(q) = max n(p, q) over all products p

Only products count that can be bought now: published, with a variant in stock. What the shopper
looks at, or has bought, is left out. When too few have a score, others follow, newest first:
beside a product those of its categories, then featured ones; to a person featured ones, then what
is bought together most. Anybody we know nothing of sees featured ones first. Equal scores go to
the product that was there first, so that a page stays as it is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Prefetch, QuerySet, Sum, Value

from apps.accounts.models import User
from apps.catalog.errors import NotInCatalog
from apps.catalog.models import Product, ProductImage, Variant
from apps.catalog.queries import with_offers
from apps.orders.models import OrderLine
from apps.orders.transitions import OrderState
from apps.recommendations.models import CoPurchase
from apps.stores.models import Store

# What somebody bought long ago says little of what they want now.
_LATEST_LINES = 100
# The strongest pairs of a store that its most bought-together products are taken from.
_STRONGEST_PAIRS = 1000
_BOUGHT = [OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED]

# (tier, score, product): a lower tier comes first, then a higher score.
Row = tuple[int, int, int]
Tier = QuerySet[Any, Row]
_THE_ONE = 0


def ids_beside_product(*, product: QuerySet[Product], store: Store, most: int) -> list[int]:
    """This function will return the keys of products to show beside one, best first.

    One statement, which also finds the one among `product`, however many sources are needed.

    Raises:
        NotInCatalog: there is no such product.
    """
    this = product.order_by("pk").values("pk")[:1]
    shelves = Product.categories.through.objects
    neighbours = shelves.filter(
        product=OuterRef("pk"),
        category__in=shelves.filter(product__in=this).values("category"),
    )
    offered = _offered(store).exclude(pk__in=this)
    rows = _ranked(
        this.values_list(Value(_THE_ONE), Value(0), "pk"),
        _scored(CoPurchase.objects.filter(product__in=this), offered, tier=1, most=most),
        _newest(offered.filter(Exists(neighbours)), tier=2, most=most),
        _newest(offered.filter(is_featured=True), tier=3, most=most),
    )
    if not rows or rows[0][0] != _THE_ONE:
        raise NotInCatalog
    return _best(rows[1:], most=most)


def ids_for_person(*, person: User, store: Store, most: int) -> list[int]:
    """This function will return the keys of products to show to somebody, best first."""
    lines = OrderLine.objects.filter(
        order__customer=person, order__store=store, order__state__in=_BOUGHT
    )
    latest = lines.order_by("-pk").values("variant__product")[:_LATEST_LINES]
    offered = _offered(store).exclude(pk__in=lines.values("variant__product"))
    rows = _ranked(
        _summed(CoPurchase.objects.filter(product__in=latest), offered, tier=1, most=most),
        _newest(offered.filter(is_featured=True), tier=2, most=most),
        _strongest(store, offered, tier=3, most=most),
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
    main = ProductImage.objects.order_by("product_id", "position", "pk").distinct("product_id")
    products = with_offers(Product.objects.all()).prefetch_related(
        "categories", Prefetch("images", queryset=main, to_attr="main_images")
    )
    by_key = products.in_bulk(list(ids))
    return [by_key[key] for key in ids if key in by_key]


def _offered(store: Store) -> QuerySet[Product]:
    in_stock = Variant.objects.filter(product=OuterRef("pk"), in_stock=True)
    return Product.objects.for_store(store).published().filter(Exists(in_stock))


def _ranked(first: Tier, *others: Tier) -> list[Row]:
    return sorted(first.union(*others, all=True), key=lambda row: (row[0], -row[1], row[2]))


def _best(rows: Iterable[Row], *, most: int) -> list[int]:
    return list(dict.fromkeys(product for _, _, product in rows))[:most]


def _of_other(pairs: QuerySet[CoPurchase], offered: QuerySet[Product]) -> QuerySet[CoPurchase]:
    return pairs.filter(Exists(offered.filter(pk=OuterRef("other"))))


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
    return products.order_by("-pk").values_list(Value(tier), F("pk"), "pk")[:most]
