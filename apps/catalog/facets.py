"""How many products each value of a filter would leave, under all the other filters."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.catalog.conditions import OPTION, Chosen, Conditions
from apps.catalog.listing_truth import PRICE_BOUNDS
from apps.catalog.models import ProductListing
from apps.core.money import currency_exponent

Facets = dict[str, list[dict[str, Any]]]

NAMES = ["category", "price", "option", "in_stock", "rating", "vendor", "tag"]
_MOST_VALUES = 50
_COLUMNS = [
    "product_id", "category_ids", "price_bands", "in_stock", "options", "rating", "vendor", "tags",
    "price_from", "price_to",
]  # fmt: skip
_BOUNDS = "'{" + ",".join(map(str, PRICE_BOUNDS)) + "}'::numeric[]"
_VARIANTS = """
JOIN catalog_product p ON p.id = l.product_id
JOIN catalog_variant v ON v.product_id = l.product_id AND v.deleted_at IS NULL
"""


def facets_of(
    listings: QuerySet[ProductListing],
    *,
    chosen: Chosen,
    names: Collection[str],
    currency: str,
    is_search: bool,
) -> tuple[Facets, int]:
    """This function will count the values of facets, and all that the filters leave.

    `listings` are narrowed by everything that is not in `chosen`. One statement, at most 50 values
    of each facet, the most frequent first; prices and ratings in their own order.
    """
    asked = Conditions(chosen)
    parts = [_total(asked)]
    for name in names:
        parts += _PARTS[name](asked)
    base, values = listings.order_by().values_list(*_COLUMNS).query.sql_with_params()
    keys = [f"base_{place}" for place in range(len(values))]
    named = base % tuple(f"%({key})s" for key in keys)
    # What a text finds is found once and kept; without a text that would be all there is.
    kept = "MATERIALIZED" if is_search else "NOT MATERIALIZED"
    statement = f"WITH l ({', '.join(_COLUMNS)}) AS {kept} ({named}) " + " UNION ALL ".join(
        f"({part})" for part in parts
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, asked.values | dict(zip(keys, values, strict=True)))
        rows = cursor.fetchall()
    return _arranged(rows, names, currency), rows[0][3]


def _total(asked: Conditions) -> str:
    return f"SELECT '', '', '', count(*) FROM l WHERE {asked.listings()}"  # noqa: S608


def _categories(asked: Conditions) -> list[str]:
    parent = asked.values["category"]
    level = "c.parent_id IS NULL" if parent is None else "c.parent_id = %(category)s"
    return [
        f"""SELECT 'category', c.slug, c.name, found
        FROM (SELECT shelf, count(*) AS found FROM l CROSS JOIN unnest(l.category_ids) AS shelf
            WHERE {asked.listings(but="category")} GROUP BY shelf) AS counted
        JOIN catalog_category c ON c.id = shelf
        WHERE {level} ORDER BY found DESC, c.slug LIMIT {_MOST_VALUES}"""  # noqa: S608
    ]


def _prices(asked: Conditions) -> list[str]:
    others = asked.variants(but="price")
    where = asked.listings(but="price")
    if others:
        band = f"width_bucket(v.price_amount, {_BOUNDS})"
        counted = f"count(DISTINCT l.product_id) FROM l {_VARIANTS} WHERE {where} AND {others}"
    else:
        band, counted = "band", "count(*) FROM l CROSS JOIN unnest(l.price_bands) AS band"
        counted += f" WHERE {where}"
    return [f"SELECT 'price', ({band})::text, '', {counted} GROUP BY {band}"]


def _options(asked: Conditions) -> list[str]:
    chosen = [name for name in asked.of_variant if name.startswith(OPTION)]
    names = [asked.values[f"name_{place}"] for place in range(len(chosen))]
    asked.values["names"] = names
    parts = [_option(asked, but="", which="NOT (pair.name = ANY(%(names)s::text[]))")]
    for place, key in enumerate(chosen):
        parts.append(_option(asked, but=key, which=f"pair.name = %(name_{place})s"))
    return parts


def _option(asked: Conditions, *, but: str, which: str) -> str:
    others, where = asked.variants(but=but), asked.listings(but=but)
    if others:
        counted = f"""SELECT pair.name, pair.value, count(DISTINCT l.product_id) AS found
            FROM l {_VARIANTS} CROSS JOIN unnest(p.options, v.option_values) AS pair(name, value)
            WHERE {where} AND {others} AND pair.value IS NOT NULL GROUP BY 1, 2"""  # noqa: S608
    else:
        counted = f"""SELECT split_part(written, E'\\x1f', 1) AS name,
            split_part(written, E'\\x1f', 2) AS value, count(*) AS found
            FROM l CROSS JOIN unnest(l.options) AS written WHERE {where} GROUP BY written"""  # noqa: S608
    return f"""SELECT 'option.' || pair.name, pair.value, pair.value, found
        FROM ({counted}) AS pair WHERE {which}
        ORDER BY found DESC, 1, 2 LIMIT {_MOST_VALUES * 4}"""  # noqa: S608


def _stock(asked: Conditions) -> list[str]:
    has = asked.listings(
        but="in_stock", besides="v.in_stock" if asked.variants(but="in_stock") else ""
    )
    where = asked.listings(but="in_stock")
    return [
        f"SELECT 'in_stock', 'true', '', count(*) FROM l WHERE l.in_stock AND {has}",  # noqa: S608
        f"SELECT 'in_stock', 'false', '', count(*) FROM l WHERE NOT l.in_stock AND {where}",  # noqa: S608
    ]


def _ratings(asked: Conditions) -> list[str]:
    where = asked.listings(but="rating")
    return [
        f"""SELECT 'rating', least::text, '', sum(found)::bigint FROM generate_series(1, 4) AS least
        JOIN (SELECT floor(l.rating) AS points, count(*) AS found FROM l WHERE {where}
            GROUP BY 1) AS counted ON points >= least GROUP BY least"""  # noqa: S608
    ]


def _vendors(asked: Conditions) -> list[str]:
    where = asked.listings(but="vendor")
    return [
        f"""SELECT 'vendor', l.vendor, '', count(*) AS found
        FROM l WHERE l.vendor <> '' AND {where}
        GROUP BY l.vendor ORDER BY found DESC, 2 LIMIT {_MOST_VALUES}"""  # noqa: S608
    ]


def _tags(asked: Conditions) -> list[str]:
    where = asked.listings(but="tag")
    return [
        f"""SELECT 'tag', one, '', count(*) AS found
        FROM l CROSS JOIN unnest(l.tags) AS one WHERE {where}
        GROUP BY one ORDER BY found DESC, one LIMIT {_MOST_VALUES}"""  # noqa: S608
    ]


_PARTS = {
    "category": _categories,
    "price": _prices,
    "option": _options,
    "in_stock": _stock,
    "rating": _ratings,
    "vendor": _vendors,
    "tag": _tags,
}


def _arranged(
    rows: list[tuple[str, str, str, int]], names: Collection[str], currency: str
) -> Facets:
    facets: Facets = {name: [] for name in names if name != "option"}
    for name, value, label, count in rows[1:]:
        if name == "price":
            low, high = _band(int(value), currency)
            facets[name].append({"value": f"{low}-{high}", "label": "", "count": count})
        elif len(facets.setdefault(name, [])) < _MOST_VALUES:
            facets[name].append({"value": value, "label": label or value, "count": count})
    for name, key in (("price", _lower_end), ("rating", _lower_end)):
        if name in facets:
            facets[name].sort(key=key)
    return facets


def _lower_end(value: dict[str, Any]) -> int:
    return int(value["value"].split("-")[0])


def _band(place: int, currency: str) -> tuple[str, str]:
    """Its least and its highest price, as `price_min` and `price_max` take them."""
    low = PRICE_BOUNDS[place - 1] if place else 0
    if place == len(PRICE_BOUNDS):
        return str(low), ""
    exponent = currency_exponent(currency)
    step = Decimal(1).scaleb(-exponent)
    return str(low), str(PRICE_BOUNDS[place] - step)
