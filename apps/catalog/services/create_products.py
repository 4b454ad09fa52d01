"""Adding many products to a store."""

from collections.abc import Iterator, Sequence

from apps.catalog.changes import (
    VariantChanges,
    change,
    product_columns,
    require_valid,
    variant_columns,
)
from apps.catalog.drafts import CreatedProduct, ProductDraft
from apps.catalog.errors import OptionsTaken, ProductIsFull, SkuTaken, SlugTaken, UnknownCategory
from apps.catalog.events import (
    ImageCreated,
    ProductCreated,
    ProductPublished,
    VariantAvailabilityChanged,
    VariantCreated,
)
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.models.product import MAX_IMAGES, MAX_VARIANTS
from apps.catalog.offers import require_option_values, require_store_money
from apps.catalog.services.add_listings import add_listings
from apps.core.bulk_inserts import insert_rows, insert_values
from apps.core.constraints import refined
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
from apps.stores.models import Store

_TAKEN = {
    "product_slug_once_in_store": SlugTaken,
    "variant_sku_once_in_store": SkuTaken,
    "variant_options_once_in_product": OptionsTaken,
}


@requires_transaction
def create_products(
    *, store: Store, drafts: Sequence[ProductDraft], by: Actor
) -> list[CreatedProduct]:
    """This function will save new products with their variants and pictures, all or none.

    It is for a few hundred at once: the rows of each table are one statement. What is refused is
    what `create_product`, `create_variant` and `add_image` refuse, and their events are published.

    Raises:
        SlugTaken, SkuTaken, OptionsTaken: a name is another's, here or in the store.
        UnknownCategory: a category was deleted meanwhile.
        ProductIsFull: a product has too many variants or images.
        WrongOptionCount: a variant has not one value for each option of its product.
        CurrencyMismatch, PriceTooPrecise: a price is not one of the store's.
        InvalidDetails: a field cannot be as given.
    """
    _lock_categories(store, drafts)
    made = [_made(draft, store=store) for draft in drafts]
    with refined(_TAKEN):
        _insert(made)
    facts = [fact for one in made for fact in _facts(one)]
    events.publish(*facts, store=store, by=by)
    add_listings(product_ids=[one.product.pk for one in made])
    return made


def _lock_categories(store: Store, drafts: Sequence[ProductDraft]) -> None:
    """They are not deleted before something was put there."""
    wanted = {category.pk: category for draft in drafts for category in draft.categories}
    if not wanted:
        return
    found = {one.pk for one in Category.objects.for_store(store).filter(pk__in=wanted).locked()}
    if unknown := [one.slug for pk, one in wanted.items() if pk not in found]:
        raise UnknownCategory(categories=unknown)


def _made(draft: ProductDraft, *, store: Store) -> CreatedProduct:
    if len(draft.variants) > MAX_VARIANTS or len(draft.images) > MAX_IMAGES:
        raise ProductIsFull
    product = Product(store=store)
    change(product, product_columns(draft.details))
    made = CreatedProduct(product=product, categories=draft.categories)
    for place, details in enumerate(draft.variants):
        variant = _variant(details, place, product=product, store=store)
        variant.in_stock = variant.sku in draft.in_stock
        made.variants.append(variant)
    for place, image in enumerate(draft.images):
        row = ProductImage(
            store=store,
            product=product,
            source_url=image.source_url,
            alt=image.alt,
            position=place,
        )
        require_valid(row)
        made.images.append(row)
    return made


def _variant(details: VariantChanges, place: int, *, product: Product, store: Store) -> Variant:
    require_store_money(store, details["price"], details.get("compare_at"))
    columns = {"option_values": []} | variant_columns(details)
    require_option_values(product, columns["option_values"])
    variant = Variant(store=store, product=product, currency=store.currency)
    titled = {"title": Variant.title_of(columns["option_values"]), "position": place}
    change(variant, titled | columns)
    return variant


def _insert(made: Sequence[CreatedProduct]) -> None:
    insert_rows([one.product for one in made])
    shelved = Product.categories.through
    insert_values(
        table=shelved._meta.db_table,
        columns=["product_id", "category_id"],
        rows=((one.product.pk, shelf.pk) for one in made for shelf in one.categories),
    )
    variants = [variant for one in made for variant in one.variants]
    images = [image for one in made for image in one.images]
    for variant in variants:
        variant.product_id = variant.product.pk
    for image in images:
        image.product_id = image.product.pk
    insert_rows(variants)
    insert_rows(images)


def _facts(one: CreatedProduct) -> Iterator[Event]:
    product = one.product
    yield ProductCreated.of(product)
    if product.published_at is not None:
        yield ProductPublished.of(product, published_at=product.published_at)
    for variant in one.variants:
        yield VariantCreated.of(variant, product, price=variant.price)
        if variant.in_stock:
            yield VariantAvailabilityChanged.of(variant, product, in_stock=True)
    for image in one.images:
        yield ImageCreated.of(image, product)
