"""Narrowing the lists of inventory."""

from datetime import MAXYEAR, UTC, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.lookups import LessThanOrEqual
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.contrib.filters.forms import RangeDateForm
from unfold.utils import parse_date_str

from apps.core.ids import first_id_at
from apps.inventory.models import Warehouse
from apps.inventory.queries import MOST_EXAMINED, unsold

_DAYS = ["30", "90", "180"]


class WarehouseFilter(admin.SimpleListFilter):
    """The warehouses of the request's store, and no other."""

    title = "warehouse"
    parameter_name = "warehouse"
    path = "warehouse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        warehouses = Warehouse.objects.for_store(request.store)  # type: ignore[attr-defined]
        offered = list(warehouses.order_by("priority", "pk"))
        # By its key the database knows how much a warehouse has; by a code it would have to guess.
        self.keys = {warehouse.code: warehouse.pk for warehouse in offered}
        return [(warehouse.code, warehouse.name) for warehouse in offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep the rows of the warehouse chosen."""
        if not self.value():
            return queryset
        return queryset.filter(**{self.path: self.keys.get(self.value())})


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
        return unsold(queryset, since=timezone.now() - timedelta(days=int(self.value())))


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
        available = F("on_hand") - F("reserved")
        return queryset.filter(LessThanOrEqual(available, int(self.value())))


class DaysForm(RangeDateForm):
    """The first and the last day, which whoever does not see them is told of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("from", "From day"), ("to", "To day")):
            self.fields[f"{self.name}_{name}"].widget.attrs["aria-label"] = label


class DayFilter(RangeDateFilter):
    """What was made on some days. Ids are made in the order of time, and have the index."""

    form_class = DaysForm

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep what was made from the first day to the last; a day that is none
        narrows nothing."""
        first, last = (self._day(name) for name in ("from", "to"))
        if first is not None:
            queryset = queryset.filter(public_id__gte=first_id_at(first))
        if last is not None and last.year < MAXYEAR:
            queryset = queryset.filter(public_id__lt=first_id_at(last + timedelta(days=1)))
        return queryset

    def _day(self, name: str) -> datetime | None:
        day = parse_date_str(self.used_parameters.get(f"{self.parameter_name}_{name}", ""))
        return None if day is None else timezone.make_aware(datetime.combine(day, time.min), UTC)


class ExpiryFilter(admin.SimpleListFilter):
    """How long goods are still held for those who have not paid."""

    title = "held until"
    parameter_name = "expires"
    _within = {"5": timedelta(minutes=5), "15": timedelta(minutes=15), "60": timedelta(hours=1)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        soon = [(key, f"Within {key} minutes") for key in self._within]
        return [("over", "Over, to be released"), *soon]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep what still holds goods, and not for much longer."""
        now = timezone.now()
        if self.value() == "over":
            return queryset.expired(now=now)
        within = self._within.get(self.value() or "")
        if within is None:
            return queryset
        return queryset.active().filter(expires_at__gt=now, expires_at__lte=now + within)
