from datetime import datetime
from typing import Self

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.orders.models.order import Order
from apps.stores.models import StoreOwned, StoreScopedQuerySet

# The validator alone would let `HTTPS://` pass, which the constraint does not.
HTTPS_ONLY = [
    RegexValidator(r"\Ahttps://", "It begins with https://.", code="not_https"),
    URLValidator(schemes=["https"]),
]


class ShipmentQuerySet(StoreScopedQuerySet["Shipment"]):
    def under_way(self) -> Self:
        """This function will keep those that have not arrived."""
        return self.filter(delivered_at__isnull=True)


class Shipment(StoreOwned, Record):
    """A parcel, or several under one number, that left with goods of an order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    carrier = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_url = models.URLField(max_length=500, blank=True, validators=HTTPS_ONLY)
    shipped_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tracking_url="") | Q(tracking_url__startswith="https://"),
                name="shipment_is_tracked_by_https",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "shipped_at"], name="shipment_by_store_and_time"),
        ]

    def __str__(self) -> str:
        named = " ".join(filter(None, [self.carrier, self.tracking_number]))
        return named or str(self.public_id)

    def mark_delivered(self, *, now: datetime) -> None:
        """This function will write down when it arrived."""
        self.delivered_at = now
        self.save(update_fields=["delivered_at"])
