"""Changing a product."""

from typing import Unpack

from django.db import transaction

from apps.catalog.changes import ProductChanges, change, product_columns
from apps.catalog.errors import OptionsInUse, SlugTaken
from apps.catalog.events import ProductPublished, ProductUnpublished, ProductUpdated
from apps.catalog.models import Category, Product, Variant
from apps.catalog.services.find_categories import find_categories
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def update_product(
    *,
    store: Store,
    product_id: int,
    by: Actor,
    expected_version: int | None = None,
    **details: Unpack[ProductChanges],
) -> Product:
    """This function will change the given fields of a product (primary key).

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        SlugTaken: another product of the store has the slug.
        OptionsInUse: it has variants, and they have another number of options.
        UnknownCategory: a category is not in the store.
        InvalidDetails: a field cannot be as given.
    """
    categories = find_categories(store=store, references=details.get("categories", ()))
    product = Product.objects.for_store(store).locked_row(product_id)
    product.require_version(expected_version)
    changed = change(product, product_columns(details))
    if "options" in changed:
        _require_same_option_count(product)
    if "categories" in details and _put_into(product, categories):
        changed.append("categories")
    if changed:
        with refined({"product_slug_once_in_store": SlugTaken}):
            product.save()
        events.publish(*_facts(product, changed), store=store, by=by)
        refresh_listings(product_ids=[product.pk])
    return product


def _require_same_option_count(product: Product) -> None:
    variants = Variant.objects.filter(product=product)
    if variants.exclude(option_values__len=len(product.options)).exists():
        raise OptionsInUse


def _put_into(product: Product, categories: list[Category]) -> bool:
    """Whether that made a difference."""
    before = set(product.categories.values_list("pk", flat=True))
    product.categories.set(categories)
    return before != {category.pk for category in categories}


def _facts(product: Product, changed: list[str]) -> list[Event]:
    facts: list[Event] = [ProductUpdated.of(product, changed=changed)]
    if "published_at" in changed and product.published_at is None:
        facts.append(ProductUnpublished.of(product))
    elif "published_at" in changed:
        facts.append(ProductPublished.of(product, published_at=product.published_at))
    return facts
