"""What was chosen among the filters of products, as SQL that can leave one of them out.

What is asked of variants (price, stock, options) one and the same variant must have. A listing
knows the answer for one such question alone; for several, its variants are asked.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.catalog.listing_truth import SEPARATOR

OPTION = "option."
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The filters that facets are about. `category` is a primary key; -1 is one that is not."""

    category: int | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool | None = None
    rating_min: Decimal | None = None
    vendor: str | None = None
    tag: str | None = None
    options: Mapping[str, Collection[str]] = field(default_factory=dict)


class Conditions:
    """The SQL of what was chosen: `v` is a variant of the listing, `p` its product."""

    def __init__(self, chosen: Chosen, *, listing: str = "l") -> None:
        self.listing = listing
        self.values: dict[str, Any] = {
            "category": chosen.category,
            "low": chosen.price_min,
            "high": chosen.price_max,
            "rating": chosen.rating_min,
            "vendor": chosen.vendor,
            "tag": [chosen.tag],
        }
        given = {
            "category": (chosen.category, f"{listing}.category_ids @> ARRAY[%(category)s::bigint]"),
            "rating": (chosen.rating_min, f"{listing}.rating >= %(rating)s"),
            "vendor": (chosen.vendor, f"{listing}.vendor = %(vendor)s"),
            "tag": (chosen.tag, f"{listing}.tags @> %(tag)s::text[]"),
            "in_stock": (chosen.in_stock is False or None, f"NOT {listing}.in_stock"),
        }
        self.of_listing = {name: sql for name, (value, sql) in given.items() if value is not None}
        self.of_variant: dict[str, str] = {}
        # What it means for a listing: enough when it is the only one, but for a range of prices.
        self.alone: dict[str, str] = {}
        self.is_range = chosen.price_min is not None and chosen.price_max is not None
        self._ask_price(chosen, listing)
        if chosen.in_stock:
            self.of_variant["in_stock"] = "v.in_stock"
            self.alone["in_stock"] = f"{listing}.in_stock"
        for place, (name, values) in enumerate(chosen.options.items()):
            self._ask_option(place, listing, name, values)

    def _ask_price(self, chosen: Chosen, listing: str) -> None:
        low, high = chosen.price_min is not None, chosen.price_max is not None
        bounds = low * ["v.price_amount >= %(low)s"] + high * ["v.price_amount <= %(high)s"]
        ends = low * [f"{listing}.price_to >= %(low)s"]
        ends += high * [f"{listing}.price_from <= %(high)s"]
        if bounds:
            self.of_variant["price"] = " AND ".join(bounds)
            self.alone["price"] = " AND ".join(ends)

    def _ask_option(self, place: int, listing: str, name: str, values: Collection[str]) -> None:
        key = OPTION + name
        self.values |= {
            f"name_{place}": name,
            f"values_{place}": list(values),
            f"pairs_{place}": [f"{name}{SEPARATOR}{value}" for value in values],
        }
        self.of_variant[key] = (
            f"v.option_values[array_position(p.options, %(name_{place})s)]"
            f" = ANY(%(values_{place})s)"
        )
        self.alone[key] = f"{listing}.options && %(pairs_{place})s::text[]"

    def variants(self, *, but: str) -> str:
        """This function will return what one variant must have, the filter `but` apart, or ""."""
        return " AND ".join(sql for name, sql in self.of_variant.items() if name != but)

    def listings(self, *, but: str = "", besides: str = "") -> str:
        """This function will return what a listing must have, the filter `but` apart.

        With `besides` its variant must have that too.
        """
        parts = [sql for name, sql in self.of_listing.items() if name != but]
        asked = [name for name in self.of_variant if name != but]
        parts += [self.alone[name] for name in asked]
        if len(asked) + bool(besides) > 1 or (asked == ["price"] and self.is_range):
            one = " AND ".join(filter(None, [self.variants(but=but), besides]))
            parts.append(
                "EXISTS (SELECT 1 FROM catalog_variant v JOIN catalog_product p "  # noqa: S608
                f"ON p.id = v.product_id WHERE v.product_id = {self.listing}.product_id "
                f"AND v.deleted_at IS NULL AND {one})"
            )
        return " AND ".join(parts) or "true"

    def positional(self) -> tuple[str, list[Any]]:
        """This function will return all conditions with `%s` for each value, and the values."""
        condition = self.listings()
        values = [self.values[name] for name in _NAMED.findall(condition)]
        return _NAMED.sub("%s", condition), values
