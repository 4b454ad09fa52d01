"""Taking down a shelf."""

from datetime import datetime

from django.db import transaction

from apps.catalog.errors import CategoryNotEmpty
from apps.catalog.events import CategoryDeleted
from apps.catalog.models import Category, Product
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def delete_category(
    *, store: Store, category_id: int, by: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """This function will mark an empty category (primary key) as deleted; its slug is free again.

    Raises:
        NotInCatalog: it is gone.
        PreconditionFailed: it has another version than expected.
        CategoryNotEmpty: products or sub-categories are in it.
    """
    # Whoever puts something into a category locks it first: what is not here now will not come.
    category = Category.objects.for_store(store).locked_row(category_id)
    category.require_version(expected_version)
    if (
        Category.objects.filter(parent=category).exists()
        or Product.objects.filter(categories=category).exists()
    ):
        raise CategoryNotEmpty
    category.mark_deleted(now=now)
    events.publish(CategoryDeleted.of(category), store=store, by=by)
