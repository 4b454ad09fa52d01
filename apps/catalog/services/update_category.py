"""Changing a shelf, or where it stands."""

from typing import Any, Unpack

from django.db import transaction

from apps.catalog.changes import CategoryChanges, change
from apps.catalog.errors import CategoryCycle, SlugTaken
from apps.catalog.events import CategoryUpdated
from apps.catalog.models import Category, Product
from apps.catalog.services.find_categories import find_categories
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def update_category(
    *,
    store: Store,
    category_id: int,
    by: Actor,
    expected_version: int | None = None,
    **details: Unpack[CategoryChanges],
) -> Category:
    """This function will change the given fields of a category (primary key).

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        SlugTaken: another category of the store has the slug.
        UnknownCategory: the new parent is not in the store.
        CategoryCycle: the new parent stands below it.
        InvalidDetails: a field cannot be as given.
    """
    columns: dict[str, Any] = dict(details)
    rows = Category.objects.for_store(store)
    if "parent" not in details:
        category = rows.locked_row(category_id)
    else:
        # A walk up the tree is worth something only while no other category moves, and nothing is
        # put below this one by somebody who still sees it in its old place.
        above = {row.pk: row.parent_id for row in rows.locked()}
        category = rows.locked_row(category_id)
        columns["parent"] = _new_parent(store, category, details["parent"], above)
    category.require_version(expected_version)
    changed = change(category, columns)
    if changed:
        with refined({"category_slug_once_in_store": SlugTaken}):
            category.save()
        events.publish(CategoryUpdated.of(category, changed=changed), store=store, by=by)
    if "parent" in changed:
        refresh_listings(product_ids=_products_below(category))
    return category


def _new_parent(
    store: Store, category: Category, reference: str | None, above: dict[int, int | None]
) -> Category | None:
    if reference is None:
        return None
    (parent,) = find_categories(store=store, references=[reference])
    _require_no_cycle(category, parent, above)
    return parent


def _products_below(category: Category) -> list[int]:
    below = Category.objects.with_descendants_of(Category.objects.filter(pk=category.pk))
    products = Product.objects.filter(categories__in=below).order_by("pk")
    return list(products.values_list("pk", flat=True).distinct())


def _require_no_cycle(category: Category, parent: Category, above: dict[int, int | None]) -> None:
    step: int | None = parent.pk
    while step is not None:
        if step == category.pk:
            raise CategoryCycle
        step = above.get(step)
