"""Adding a product to a store."""

from typing import Unpack

from django.db import transaction

from apps.catalog.changes import NewProduct, change, product_columns
from apps.catalog.errors import SlugTaken
from apps.catalog.events import ProductCreated, ProductPublished
from apps.catalog.models import Product
from apps.catalog.services.add_listings import add_listings
from apps.catalog.services.find_categories import find_categories
from apps.catalog.slugs import slug_of
from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
from apps.stores.models import Store


@transaction.atomic
def create_product(
    *, store: Store, by: Actor, title: str, **details: Unpack[NewProduct]
) -> Product:
    """This function will save a new product without variants.

    Without a slug it takes one from its title; without `published_at` the public does not see it.

    Raises:
        SlugTaken: another product of the store has the slug.
        UnknownCategory: a category is not in the store.
        InvalidDetails: a field cannot be as given.
    """
    categories = find_categories(store=store, references=details.get("categories", ()))
    product = Product(store=store)
    suggested = {"slug": slug_of(title, public_id=product.public_id), "title": title}
    change(product, suggested | product_columns(details))
    with refined({"product_slug_once_in_store": SlugTaken}):
        product.save()
    product.categories.set(categories)
    facts: list[Event] = [ProductCreated.of(product)]
    if product.published_at is not None:
        facts.append(ProductPublished.of(product, published_at=product.published_at))
    events.publish(*facts, store=store, by=by)
    add_listings(product_ids=[product.pk])
    return product
