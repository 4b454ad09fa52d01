"""Adding a choice to a product."""

from typing import Unpack

from django.db import transaction

from apps.catalog.changes import NewVariant, change, variant_columns
from apps.catalog.errors import OptionsTaken, SkuTaken
from apps.catalog.events import VariantCreated
from apps.catalog.models import Product, Variant
from apps.catalog.models.product import MAX_VARIANTS
from apps.catalog.offers import require_option_values, require_store_money
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.constraints import refined
from apps.core.money import Money
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def create_variant(
    *,
    store: Store,
    product_id: int,
    by: Actor,
    sku: str,
    price: Money,
    **details: Unpack[NewVariant],
) -> Variant:
    """This function will add a variant to a product (primary key).

    Raises:
        NotInCatalog: the product is gone.
        ProductIsFull: the product has as many variants as it may have.
        SkuTaken: another variant of the store has the SKU.
        OptionsTaken: another variant of the product has the same option values.
        WrongOptionCount: there is not one value for each option of the product.
        CurrencyMismatch: a price is not in the store's currency.
        PriceTooPrecise: a price has more decimals than the currency.
        InvalidDetails: a field cannot be as given.
    """
    require_store_money(store, price, details.get("compare_at"))
    product = Product.objects.for_store(store).locked_row(product_id)
    place = Variant.objects.filter(product=product).place_behind(most=MAX_VARIANTS)
    columns = variant_columns({"option_values": [], **details, "sku": sku, "price": price})
    require_option_values(product, columns["option_values"])
    variant = Variant(store=store, product=product, currency=store.currency)
    change(
        variant,
        {"title": Variant.title_of(columns["option_values"]), "position": place} | columns,
    )
    with refined(
        {"variant_sku_once_in_store": SkuTaken, "variant_options_once_in_product": OptionsTaken}
    ):
        variant.save()
    product.touch()
    events.publish(VariantCreated.of(variant, product, price=price), store=store, by=by)
    refresh_listings(product_ids=[product.pk])
    return variant
