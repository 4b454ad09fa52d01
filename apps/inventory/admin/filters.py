"""Narrowing the lists of inventory."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.inventory.models import MOST_EXAMINED, Warehouse

_DAYS = ["30", "90", "180"]


class WarehouseFilter(admin.SimpleListFilter):
    """The warehouses of the request's store, and no other."""

    title = "warehouse"
    parameter_name = "warehouse"
    path = "warehouse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        warehouses = Warehouse.objects.for_store(request.store)  # type: ignore[attr-defined]
        return list(warehouses.order_by("priority", "pk").values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep the rows of the warehouse chosen."""
        return queryset.filter(**{f"{self.path}__code": self.value()}) if self.value() else queryset


class ItemWarehouseFilter(WarehouseFilter):
    """For rows that belong to a stock row."""

    path = "stock_item__warehouse"


class UnsoldFilter(admin.SimpleListFilter):
    """What lies there and is not bought."""

    title = "not sold for"
    parameter_name = "unsold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [(days, f"{days} days (of the {MOST_EXAMINED:,} fullest)") for days in _DAYS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep the rows of which nothing was sold for so many days."""
        if self.value() not in _DAYS:
            return queryset
        return queryset.unsold(since=timezone.now() - timedelta(days=int(self.value())))


class AvailabilityFilter(admin.SimpleListFilter):
    """What runs low."""

    title = "available"
    parameter_name = "available"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [("low", "Low"), ("0", "None"), ("5", "At most 5"), ("20", "At most 20")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep the rows with at most as many available."""
        if self.value() == "low":
            return queryset.low()
        if self.value() not in {"0", "5", "20"}:
            return queryset
        return queryset.filter(on_hand__lte=F("reserved") + int(self.value()))
