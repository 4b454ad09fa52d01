"""Where goods are, how many, who holds them, and how each number came to be."""

from collections.abc import Collection
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from apps.catalog.models import Variant
from apps.core.ids import least_uuid7_at
from apps.core.models import Record, VersionedRecord
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet

# Far above any shop, far below what the columns hold: a sum of two never overflows.
MOST_ON_HAND = 1_000_000_000
# Of so many rows at most, those with the most goods, is asked when something was last sold.
MOST_EXAMINED = 1_000


class WarehouseQuerySet(StoreScopedQuerySet["Warehouse"]):
    def default_of(self, store: Store) -> "Warehouse | None":
        """This function will return where goods go when nobody says where, if anywhere."""
        return self.for_store(store).order_by("-is_default", "priority", "pk").first()


class Warehouse(StoreOwned, VersionedRecord):
    """A place that keeps goods. Orders are filled from the lowest priority number first."""

    code = models.SlugField(max_length=50)
    name = models.CharField(max_length=100)
    priority = models.PositiveSmallIntegerField(default=100)
    is_default = models.BooleanField(default=False)

    objects = WarehouseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "code"], name="warehouse_code_once_in_store"),
            models.UniqueConstraint(
                fields=["store"],
                condition=Q(is_default=True),
                name="one_default_warehouse_for_each_store",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
        threshold = Coalesce("low_stock_threshold", settings.LOW_STOCK_THRESHOLD)
        live = self.filter(variant__deleted_at__isnull=True)
        return live.filter(on_hand__lte=F("reserved") + threshold)

    def unsold(self, *, since: datetime) -> Self:
        """This function will keep the rows of the catalogue that are older than that and of which
        nothing was sold since: of the `MOST_EXAMINED` with the most goods on hand, for all would be
        too many to ask."""
        held = self.filter(on_hand__gt=0, created_at__lt=since)
        fullest = held.order_by("-on_hand", "pk")[:MOST_EXAMINED]
        sales = StockMovement.objects.filter(
            stock_item=OuterRef("pk"),
            kind__in=[StockMovement.Kind.SOLD, StockMovement.Kind.PAST_SALE],
            public_id__gte=least_uuid7_at(since),
        )
        among = self.filter(pk__in=fullest.values("pk"), variant__deleted_at__isnull=True)
        return among.filter(~Exists(sales))


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
        indexes = [models.Index(fields=["store", "id"], name="stock_by_store")]

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
            models.Index(fields=["reference"], name="reservation_by_reference"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state="active"),
                name="reservation_active_by_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.reference}"


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
            models.Index(fields=["stock_item", "public_id"], name="movement_by_item_and_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}"
