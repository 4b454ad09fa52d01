from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.inventory.models.stock_item import StockItem
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class StockMovement(StoreOwned, Record):
    """One change of `StockItem.on_hand`. Append-only: a trigger refuses updates and deletes.

    What was sold, and came back, before the shop moved here has kinds of its own: nothing was ever
    reserved for it. `services.import_movements` writes it so that what is on hand stays.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received"
        ADJUSTED = "adjusted"
        TRANSFERRED = "transferred"
        SOLD = "sold"
        RETURNED = "returned"
        PAST_SALE = "past_sale", "sold elsewhere"
        PAST_RETURN = "past_return", "returned elsewhere"

    stock_item = models.ForeignKey(
        StockItem, on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    quantity = models.IntegerField(help_text="What was added; below zero, what was taken.")
    on_hand_after = models.IntegerField()
    reference = models.UUIDField(null=True, blank=True)
    actor = models.CharField(max_length=100)
    note = models.CharField(max_length=200, blank=True)

    objects = StoreScopedQuerySet["StockMovement"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["received", "returned", "past_return"], quantity__gt=0)
                | Q(kind__in=["sold", "past_sale"], quantity__lt=0)
                | (Q(kind__in=["adjusted", "transferred"]) & ~Q(quantity=0)),
                name="movement_sign_suits_its_kind",
            ),
            models.UniqueConstraint(
                fields=["reference", "stock_item", "kind"], name="movement_once_for_each_reference"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="movement_by_store_and_time"),
            models.Index(fields=["store", "kind", "public_id"], name="movement_by_kind_and_time"),
            models.Index(fields=["stock_item", "public_id"], name="movement_by_item_and_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}"
