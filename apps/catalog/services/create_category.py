"""Putting up a shelf."""

from typing import Unpack

from django.db import transaction

from apps.catalog.changes import NewCategory, change
from apps.catalog.errors import SlugTaken
from apps.catalog.events import CategoryCreated
from apps.catalog.models import Category
from apps.catalog.services.find_categories import find_categories
from apps.catalog.slugs import slug_of
from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def create_category(
    *, store: Store, by: Actor, name: str, **details: Unpack[NewCategory]
) -> Category:
    """This function will save a new category; without a slug it takes one from its name.

    Raises:
        SlugTaken: another category of the store has the slug.
        UnknownCategory: the parent is not in the store.
        InvalidDetails: a field cannot be as given.
    """
    category = Category(store=store)
    parent = details.pop("parent", None)
    if parent is not None:
        (category.parent,) = find_categories(store=store, references=[parent])
    columns = {"slug": slug_of(name, public_id=category.public_id), "name": name} | details
    change(category, columns)
    with refined({"category_slug_once_in_store": SlugTaken}):
        category.save()
    events.publish(CategoryCreated.of(category), store=store, by=by)
    return category
