"""What to show beside a product, and to a person.

The sources, each gone through as far as it is needed:

    beside a product p    what an engine has found beside p, by its score where that is above 0
                          what was bought with p, by n(p, q)
                          what is in the categories of p, by popularity
                          featured products, newest first

    to somebody           score(q) = Σ w(p) score(p, q) over the products p of their latest 100
                          order lines, w(p) = 0.5 for each 90 days since they were paid
                          score(q) = Σ n(p, q) over the same
                          score(q) = Σ score(p, q) over the products p in the cart
                          what is in the categories of the cart, by popularity
                          featured products, newest first
                          anything, by popularity

Only products count that can be bought now: published, with a variant in stock. What the shopper
looks at, has in the cart, or bought in those lines is left out. Equal scores go to the product that
was there first, equal popularity to the newest, so that a page stays as it is.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from apps.catalog.errors import NotInCatalog
from apps.catalog.models import Product
from apps.catalog.queries import with_main_image, with_offers
from apps.orders.holders import CartHolder
from apps.orders.models import Cart, CartLine
from apps.recommendations import ranking_sql as sql


def ids_beside_product(*, product: QuerySet[Product], holder: CartHolder, most: int) -> list[int]:
    """This function will return the keys of products to show beside one, best first.

    One statement, which also finds the one among `product`, however many sources are needed.

    Raises:
        NotInCatalog: there is no such product.
    """
    this = product.order_by("pk").values("pk")[:1].query.sql_with_params()
    sources = [
        sql.found_beside_seed,
        sql.bought_with_seed,
        sql.popular_beside_seed,
        sql.featured,
    ]
    rows = _ranked(sql.with_weight(this), sources, holder=holder, most=most)
    if not rows or rows[0][0] != sql.SEED:
        raise NotInCatalog
    return _best(rows, most=most)


def ids_for_somebody(*, holder: CartHolder, most: int) -> list[int]:
    """This function will return the keys of products to show to a person, or to a stranger of whom
    we know at most a cart, best first. One statement."""
    person, store = holder.person, holder.store
    sources = [sql.featured, sql.popular]
    if person or holder.token:
        sources = [sql.found_beside_cart, sql.popular_beside_cart, *sources]
    if person:
        sources = [sql.found_beside_seed, sql.bought_with_seed, *sources]
    seed = sql.bought_lately(person=person.pk, store=store.pk) if person else sql.NOTHING
    return _best(_ranked(seed, sources, holder=holder, most=most), most=most)


def listed_products(*, ids: Sequence[int]) -> list[Product]:
    """This function will read products for a list, in the order of their keys."""
    products = with_main_image(with_offers(Product.objects.all()))
    by_key = products.prefetch_related("categories").in_bulk(list(ids))
    return [by_key[key] for key in ids if key in by_key]


Row = tuple[int, int, int]  # tier, place, product


def _ranked(
    seed: sql.Sql, sources: Sequence[sql.Source], *, holder: CartHolder, most: int
) -> list[Row]:
    scope = sql.Scope(store=holder.store.pk, most=most)
    text, parameters = sql.ranking(seed=seed, cart=_cart(holder), sources=sources, scope=scope)
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.fetchall()  # type: ignore[no-any-return]


def _cart(holder: CartHolder) -> sql.Sql:
    if holder.person is None and not holder.token:
        return sql.NOTHING
    carts = Cart.objects.held_by(holder).values("pk")
    inside = CartLine.objects.filter(cart__in=carts).order_by().values("variant__product")
    return sql.with_weight(inside.query.sql_with_params())


def _best(rows: Sequence[Row], *, most: int) -> list[int]:
    return list(dict.fromkeys(key for tier, _, key in rows if tier != sql.SEED))[:most]
