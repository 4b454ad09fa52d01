"""What is bought together, and what goes together."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.catalog.models import Product
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet


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


class SimilarProducts(StoreOwned):
    """The neighbours of a product, the highest score first, as the engine saw them last.

    A row for each product, not for each pair: all rows of a store are replaced each hour.
    """

    product = models.OneToOneField(
        Product, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    others = ArrayField(models.BigIntegerField(), help_text="Products, by primary key.")
    scores = ArrayField(models.FloatField())

    objects = StoreScopedQuerySet["SimilarProducts"].as_manager()

    class Meta:
        verbose_name_plural = "similar products"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(others__len=models.F("scores__len"), others__len__gte=1),
                name="similar_product_has_its_score",
            ),
        ]
        indexes = [models.Index(fields=["store", "product"], name="similar_products_by_store")]

    def __str__(self) -> str:
        return f"{len(self.others)} beside product {self.product_id}"


class Rebuild(StoreOwned):
    """When similar products of a store were computed last, and who is at it.

    Whoever computes holds a claim that ends by itself, not a lock: it takes long. What they write
    they write under the lock of this row, and only while the claim is theirs.
    """

    store = models.OneToOneField(
        Store, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    engine = models.CharField(max_length=200, blank=True)
    lines = models.PositiveIntegerField(default=0, help_text="Of orders, that it learned from.")
    products = models.PositiveIntegerField(default=0, help_text="With neighbours.")

    objects = StoreScopedQuerySet["Rebuild"].as_manager()

    def __str__(self) -> str:
        return f"of {self.store_id}"
