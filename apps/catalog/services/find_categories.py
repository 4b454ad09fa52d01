"""From what callers call categories to the rows."""

from collections.abc import Collection

from apps.catalog.errors import UnknownCategory
from apps.catalog.models import Category
from apps.core.transactions import requires_transaction
from apps.stores.models import Store


@requires_transaction
def find_categories(*, store: Store, references: Collection[str]) -> list[Category]:
    """This function will lock and return the categories with these slugs or public ids.

    The locks keep them from being deleted before the caller has put something there.

    Raises:
        UnknownCategory: one is not in the store; `categories` names them.
    """
    if not references:
        return []
    found = Category.objects.for_store(store).named(*references).locked()
    slugs, ids = {one.slug for one in found}, {str(one.public_id) for one in found}
    unknown = [one for one in references if one not in slugs and one.lower() not in ids]
    if unknown:
        raise UnknownCategory(categories=unknown)
    return found
