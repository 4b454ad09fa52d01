from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThanOrEqual

from apps.catalog.models import Variant
from apps.core.models import VersionedRecord
from apps.inventory.models.warehouse import Warehouse
from apps.stores.models import StoreOwned, StoreScopedQuerySet

# Far above any shop, far below what the columns hold: a sum of two never overflows.
MOST_ON_HAND = 1_000_000_000


class StockItemQuerySet(StoreScopedQuerySet["StockItem"]):
    def described(self) -> Self:
        """This function will fetch the variant and the warehouse along with each row."""
        return self.select_related("variant", "warehouse").defer("variant__metadata")

    def of_variants(self, variant_ids: Collection[int]) -> Self:
        """This function will keep the rows of some variants, by their primary keys."""
        return self.filter(variant__in=variant_ids).described()

    def promisable(self, variant_ids: Collection[int]) -> Self:
        """This function will leave out of them what the catalogue has given up meanwhile.

        A buyer has read the variants some time ago. Whoever sells a product for the first time
        waits at its row for those who delete one of its variants, so this query, which comes
        after, sees it.
        """
        return self.of_variants(variant_ids).filter(variant__deleted_at__isnull=True)

    def with_available(self) -> Self:
        """This function will add `available_quantity`, to filter and order by."""
        return self.annotate(available_quantity=F("on_hand") - F("reserved"))

    def low(self) -> Self:
        """This function will keep the rows of the catalogue that have no more than their threshold
        left."""
        available = F("on_hand") - F("reserved")
        # Two cases, each with an index: both in one comparison would have to look at every row.
        usual = Q(low_stock_threshold__isnull=True) & Q(
            LessThanOrEqual(available, settings.LOW_STOCK_THRESHOLD)
        )
        own = Q(low_stock_threshold__isnull=False) & Q(
            LessThanOrEqual(available, F("low_stock_threshold"))
        )
        return self.filter(usual | own, variant__deleted_at__isnull=True)


class StockItem(StoreOwned, VersionedRecord):
    """How many of a variant one warehouse has. Only `apps.inventory.ledger` changes the numbers."""

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", db_index=False)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="stock_items")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    low_stock_threshold = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Staff are told when no more than so many are left. Empty: the usual number.",
    )

    objects = StockItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "warehouse"], name="stock_once_for_variant_and_warehouse"
            ),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="on_hand_not_negative"),
            models.CheckConstraint(
                condition=Q(on_hand__lte=MOST_ON_HAND), name="on_hand_within_bounds"
            ),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("on_hand")), name="reserved_not_above_on_hand"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "id"], name="stock_by_store"),
            models.Index(
                F("store"),
                F("on_hand") - F("reserved"),
                F("id").desc(),
                name="stock_by_available",
            ),
            models.Index(
                fields=["store", "low_stock_threshold"],
                condition=Q(low_stock_threshold__isnull=False),
                name="stock_with_own_threshold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} in {self.warehouse}"

    @property
    def available(self) -> int:
        """What can still be promised."""
        return self.on_hand - self.reserved

    @property
    def threshold(self) -> int:
        """With how many left the stock is low."""
        own = self.low_stock_threshold
        return settings.LOW_STOCK_THRESHOLD if own is None else own


class LowStock(StockItem):
    """The same rows as the list of what to order again shows them."""

    class Meta:
        proxy = True
        verbose_name = "low stock"
        verbose_name_plural = "low stock"
