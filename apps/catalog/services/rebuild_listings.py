"""Computing all listings anew."""

from collections.abc import Iterator

from django.db import transaction

from apps.catalog.models import Product, ProductListing
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.retries import retry_conflicts
from apps.stores.models import Store

_BATCH = 200


def rebuild_listings(*, store: Store) -> Iterator[int]:
    """This function will compute the listings of a store's products, and yield how many it did.

    Every change keeps its listing right by itself; this is for what was written past the services,
    and for a new search language. Each batch is a short transaction, so that sellers do not wait.
    """
    products = Product.with_deleted.filter(store=store)
    live = products.filter(deleted_at__isnull=True)
    left_behind = products.filter(
        deleted_at__isnull=False, pk__in=ProductListing.objects.values("pk")
    )
    for rows in (live, left_behind):
        last = 0
        while keys := list(
            rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
        ):
            _rebuild(keys)
            yield len(keys)
            last = keys[-1]


@retry_conflicts
@transaction.atomic
def _rebuild(keys: list[int]) -> None:
    refresh_listings(product_ids=keys)
