from django.db import models
from django.db.models import Q

from apps.core.models import VersionedRecord
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet


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
