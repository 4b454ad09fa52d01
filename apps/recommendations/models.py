"""What is bought together."""

from django.db import models

from apps.catalog.models import Product
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class CoPurchase(StoreOwned):
    """How many paid orders held both products. Each pair is written both ways round."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField()

    objects = StoreScopedQuerySet["CoPurchase"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "other"], name="co_purchase_once_for_pair"),
            models.CheckConstraint(
                condition=~models.Q(product=models.F("other")), name="co_purchase_of_two_products"
            ),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="co_purchase_happened"),
        ]
        indexes = [
            models.Index(fields=["product", "-count", "other"], name="co_purchase_by_count"),
            models.Index(fields=["store", "-count", "id"], name="co_purchase_by_store_count"),
        ]

    def __str__(self) -> str:
        return f"{self.product} with {self.other}: {self.count}"
