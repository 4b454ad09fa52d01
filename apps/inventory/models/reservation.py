from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.core.models import Record
from apps.inventory.models.stock_item import StockItem
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class ReservationQuerySet(StoreScopedQuerySet["Reservation"]):
    def active(self) -> Self:
        """This function will keep what still holds goods."""
        return self.filter(state=Reservation.State.ACTIVE)

    def committed(self) -> Self:
        """This function will keep what was sold."""
        return self.filter(state=Reservation.State.COMMITTED)

    def expired(self, *, now: datetime) -> Self:
        """This function will keep what has held goods for too long."""
        return self.active().filter(expires_at__lte=now)

    def heads(self) -> Self:
        """This function will keep the first active reservation of each reference."""
        earlier = Reservation.objects.active().filter(
            reference=OuterRef("reference"), pk__lt=OuterRef("pk")
        )
        return self.filter(~Exists(earlier))

    def of(self, reference: UUID) -> Self:
        """This function will keep the reservations made under one reference."""
        return self.filter(reference=reference)


class Reservation(StoreOwned, Record):
    """Goods held under a reference (an order's public id) until they are sold or let go."""

    class State(models.TextChoices):
        ACTIVE = "active"
        COMMITTED = "committed"
        RELEASED = "released"

    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="reservations")
    reference = models.UUIDField()
    quantity = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    expires_at = models.DateTimeField()

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="reservation_quantity_positive"
            ),
            models.UniqueConstraint(
                fields=["reference", "stock_item"],
                condition=Q(state="active"),
                name="one_active_reservation_for_each_reference",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="reservation_by_store"),
            models.Index(fields=["store", "state", "public_id"], name="reservation_by_state"),
            models.Index(fields=["reference"], name="reservation_by_reference"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state="active"),
                name="reservation_active_by_expiry",
            ),
            models.Index(
                fields=["store", "expires_at"],
                condition=Q(state="active"),
                name="reservation_active_by_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.reference}"
