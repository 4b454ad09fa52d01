"""The one statement that ranks products from several sources, gone through one after another.

It is made of its own words and of whole numbers. What a caller wrote is a parameter of the two
tables that it begins with: `seed` (product_id, weight), what it starts from, and `cart`.
"""

# ruff: noqa: S608 - see above

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from apps.orders.transitions import PAID_FOR
from apps.recommendations import taste

Sql = tuple[str, tuple[Any, ...]]

SEED = 0  # the tier of what it starts from; the sources follow from 1
NOTHING: Sql = ("SELECT NULL::bigint AS product_id, 1::float8 AS weight WHERE false", ())
# Some products are bought together with everything: of each so many pairs are looked at.
_PAIRS_OF_EACH = 200


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which store's products, and how many of them (primary key and number)."""

    store: int
    most: int


Source = Callable[[Scope], str]
"""What SELECTs the `key` of at most so many products, best first, none of them `known`."""


def ranking(*, seed: Sql, cart: Sql, sources: Sequence[Source], scope: Scope) -> Sql:
    """This function will return a SELECT of (tier, place, product): what is in `seed` with tier 0,
    then what the sources find. A source is asked only when none before it had enough by itself."""
    tables, tiers, enough = [], [f"SELECT {SEED}, 0, product_id FROM seed"], "true"
    for tier, source in enumerate(sources, 1):
        tables.append(
            f"tier{tier} AS MATERIALIZED (SELECT key, row_number() OVER () AS place "
            f"FROM ({source(scope)}) AS best WHERE {enough})"
        )
        tiers.append(f"SELECT {tier}, place, key FROM tier{tier}")
        enough += f" AND (SELECT count(*) FROM tier{tier}) < {scope.most:d}"
    text = (
        f"WITH seed AS MATERIALIZED ({seed[0]}), cart AS MATERIALIZED ({cart[0]}), "
        "known AS MATERIALIZED (SELECT product_id FROM seed UNION SELECT product_id FROM cart), "
        f"{', '.join(tables)} {' UNION ALL '.join(tiers)} ORDER BY 1, 2"
    )
    return text, (*seed[1], *cart[1])


def with_weight(products: Sql) -> Sql:
    """This function will turn a SELECT of products into one where each counts once."""
    text, parameters = products
    return (
        f"SELECT DISTINCT these.product_id, 1::float8 AS weight FROM ({text}) AS these(product_id)",
        parameters,
    )


def bought_lately(*, person: int, store: int) -> Sql:
    """This function will return a SELECT of what is in somebody's latest order lines."""
    states = ", ".join(f"'{state}'" for state in PAID_FOR)
    return (
        f"""
        SELECT product_id, max(power(0.5::float8, extract(epoch FROM
            statement_timestamp() - paid_at)::float8 / {taste.HALF_LIFE_DAYS * 86_400:d})) AS weight
        FROM (
            SELECT variant.product_id, paid.paid_at
            FROM orders_order AS paid
            JOIN orders_orderline AS line ON line.order_id = paid.id
            JOIN catalog_variant AS variant ON variant.id = line.variant_id
            WHERE paid.customer_id = {person:d} AND paid.store_id = {store:d}
                AND paid.state IN ({states})
            ORDER BY paid.paid_at DESC, line.id DESC LIMIT {taste.LATEST_LINES:d}
        ) AS latest
        GROUP BY product_id""",
        (),
    )


def found_beside_seed(scope: Scope) -> str:
    """This function will find what an engine found beside what it starts from."""
    return _found("seed", scope)


def found_beside_cart(scope: Scope) -> str:
    """This function will find what an engine found beside what is in the cart."""
    return _found("cart", scope)


def _found(start: str, scope: Scope) -> str:
    return f"""
        SELECT other AS key FROM (
            SELECT near.other, sum(start.weight * near.score) AS score
            FROM {start} AS start
            JOIN recommendations_similarproducts AS found USING (product_id)
            CROSS JOIN LATERAL unnest(found.others, found.scores) AS near(other, score)
            GROUP BY near.other
        ) AS summed
        WHERE score > 0 AND {_is_offered("other", scope)}
        ORDER BY score DESC, other LIMIT {scope.most:d}"""


def bought_with_seed(scope: Scope) -> str:
    """This function will find what was bought together with what it starts from."""
    return f"""
        SELECT other_id AS key FROM (
            SELECT pair.other_id, sum(pair.count) AS score
            FROM seed CROSS JOIN LATERAL (
                SELECT other_id, count FROM recommendations_copurchase AS of_seed
                WHERE of_seed.product_id = seed.product_id
                ORDER BY count DESC, other_id LIMIT {_PAIRS_OF_EACH:d}
            ) AS pair
            GROUP BY pair.other_id
        ) AS summed
        WHERE {_is_offered("other_id", scope)}
        ORDER BY score DESC, other_id LIMIT {scope.most:d}"""


def popular_beside_seed(scope: Scope) -> str:
    """This function will find what is popular in the categories of what it starts from."""
    return _listed(_shares_category("seed"), _BY_POPULARITY, scope)


def popular_beside_cart(scope: Scope) -> str:
    """This function will find what is popular in the categories of what is in the cart."""
    return _listed(_shares_category("cart"), _BY_POPULARITY, scope)


def featured(scope: Scope) -> str:
    """This function will find what the shop puts forward."""
    order = "listing.is_featured DESC, listing.created_at DESC"
    return _listed("listing.is_featured", order, scope)


def popular(scope: Scope) -> str:
    """This function will find what sells most."""
    return _listed("true", _BY_POPULARITY, scope)


_BY_POPULARITY = "listing.popularity DESC"
# What the public may buy now.
_ON_SALE = "listing.in_stock AND listing.published_at <= statement_timestamp()"


def _shares_category(start: str) -> str:
    """In one of the same categories, or in one below."""
    return f"""listing.category_ids && ARRAY(
            SELECT shelf.category_id FROM catalog_product_categories AS shelf
            WHERE shelf.product_id IN (SELECT product_id FROM {start}))"""


def _listed(which: str, order: str, scope: Scope) -> str:
    return f"""
        SELECT listing.product_id AS key FROM catalog_productlisting AS listing
        WHERE listing.store_id = {scope.store:d} AND {which} AND {_ON_SALE}
            AND listing.product_id NOT IN (SELECT product_id FROM known)
        ORDER BY {order}, listing.product_id DESC LIMIT {scope.most:d}"""


def _is_offered(key: str, scope: Scope) -> str:
    """On sale, and neither looked at, bought lately, nor in the cart."""
    return f"""{key} NOT IN (SELECT product_id FROM known) AND EXISTS (
            SELECT FROM catalog_productlisting AS listing WHERE listing.product_id = {key}
                AND listing.store_id = {scope.store:d} AND {_ON_SALE})"""
