"""Reads that other apps ask for."""

from django.db.models import QuerySet
from django.utils import timezone

from apps.catalog.models import Variant
from apps.stores.models import Store


def variants_for_sale(*, store: Store) -> QuerySet[Variant]:
    """This function will return the live variants of published products, each with its product.

    Whether one is in stock is not asked here: inventory knows.
    """
    return (
        Variant.objects.for_store(store)
        .filter(product__deleted_at__isnull=True, product__published_at__lte=timezone.now())
        .select_related("product")
        .defer("product__search_vector")
    )
