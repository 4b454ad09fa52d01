"""Changing a variant: its price, its options, its name."""

from typing import Any, Unpack

from django.db import transaction

from apps.catalog.changes import VariantChanges, change, variant_columns
from apps.catalog.errors import OptionsTaken, SkuTaken
from apps.catalog.events import VariantUpdated
from apps.catalog.models import Product, Variant
from apps.catalog.offers import require_option_values, require_store_money
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import changes_between
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def update_variant(
    *,
    store: Store,
    product_id: int,
    variant_id: int,
    by: Actor,
    expected_version: int | None = None,
    **details: Unpack[VariantChanges],
) -> Variant:
    """This function will change the given fields of a product's variant (primary keys).

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        SkuTaken: another variant of the store has the SKU.
        OptionsTaken: another variant of the product has the same option values.
        WrongOptionCount: there is not one value for each option of the product.
        CurrencyMismatch: a price is not in the store's currency.
        PriceTooPrecise: a price has more decimals than the currency.
        InvalidDetails: a field cannot be as given.
    """
    require_store_money(store, details.get("price"), details.get("compare_at"))
    product = Product.objects.for_store(store).locked_row(product_id)
    variant = Variant.objects.filter(product=product).locked_row(variant_id)
    variant.require_version(expected_version)
    columns = variant_columns(details)
    if "option_values" in details:
        require_option_values(product, details["option_values"])
        if variant.title == Variant.title_of(variant.option_values):
            columns = {"title": Variant.title_of(columns["option_values"])} | columns
    before = _values_of(variant)
    changed = change(variant, columns)
    if changed:
        with refined(
            {"variant_sku_once_in_store": SkuTaken, "variant_options_once_in_product": OptionsTaken}
        ):
            variant.save()
        product.touch()
        events.publish(
            VariantUpdated.of(
                variant,
                product,
                price=variant.price,
                changed=changed,
                changes=changes_between(before, _values_of(variant)),
            ),
            store=store,
            by=by,
        )
        refresh_listings(product_ids=[product.pk])
    return variant


def _values_of(variant: Variant) -> dict[str, Any]:
    """What is worth telling before and after; `metadata` is somebody else's business."""
    plain = ("sku", "title", "option_values", "barcode", "weight_grams", "position")
    values = {name: getattr(variant, name) for name in plain}
    return values | {"price": variant.price, "compare_at": variant.compare_at}
