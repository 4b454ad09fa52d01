"""What a changed product was before, as it is kept for reverting, and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.core.money import Money
from apps.events.actors import Identified
from apps.interchange.planning import ProductPlan

_MONEY = {"price", "compare_at"}


def before_change(
    plan: ProductPlan, *, variants: Iterable[Identified], images: Iterable[Identified]
) -> dict[str, Any] | None:
    """This function will return what a plan overwrites, and what it adds; `None` for a new product.

    Everything in it is JSON: amounts are texts, moments ISO 8601.
    """
    if plan.known is None:
        return None
    kept = {
        "product": _values(plan.known.product, plan.details),
        "variants": {
            str(variant.public_id): _values(variant, details)
            for variant, details in plan.variant_changes
        },
        "new_variants": [str(variant.public_id) for variant in variants],
        "new_images": [str(image.public_id) for image in images],
    }
    if plan.joins:
        kept["categories"] = [str(category.public_id) for category in plan.known.categories]
    return kept


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """This function will return kept values as the services of the catalogue take them."""
    details = dict(values)
    for name in _MONEY & details.keys():
        details[name] = None if details[name] is None else Money.from_json(details[name])
    if details.get("published_at"):
        details["published_at"] = datetime.fromisoformat(details["published_at"])
    return details


def _values(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    return value.isoformat() if isinstance(value, datetime) else value
