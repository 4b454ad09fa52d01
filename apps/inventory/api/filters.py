from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field

from apps.core.filters import InstantFilter
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement

_ORDERS = {
    "sku": ["variant__sku", "pk"],
    "-sku": ["-variant__sku", "-pk"],
    "available": ["available_quantity", "pk"],
    "-available": ["-available_quantity", "-pk"],
    "updated_at": ["updated_at", "pk"],
    "-updated_at": ["-updated_at", "-pk"],
}


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": MOST_ON_HAND})
class QuantityFilter(django_filters.NumberFilter):
    """A whole number of goods."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_ON_HAND, **kwargs)


class StockFilter(django_filters.FilterSet):
    """`?sku=SHIRT-M&warehouse=main`; `?low=5` keeps rows with at most five available."""

    sku = django_filters.CharFilter(field_name="variant__sku", max_length=100)
    warehouse = django_filters.CharFilter(field_name="warehouse__code", max_length=50)
    low = QuantityFilter(field_name="available_quantity", lookup_expr="lte")
    ordering = django_filters.ChoiceFilter(
        method="in_order", choices=[(name, name) for name in _ORDERS]
    )

    class Meta:
        model = StockItem
        fields: list[Any] = []

    def in_order(self, rows: QuerySet[StockItem], _: str, name: str) -> QuerySet[StockItem]:
        return rows.order_by(*_ORDERS[name])


class MovementFilter(django_filters.FilterSet):
    """`?sku=SHIRT-M&kind=received`; `?reference=<order id>` shows what an order moved."""

    sku = django_filters.CharFilter(field_name="stock_item__variant__sku", max_length=100)
    warehouse = django_filters.CharFilter(field_name="stock_item__warehouse__code", max_length=50)
    kind = django_filters.ChoiceFilter(choices=StockMovement.Kind.choices)
    reference = django_filters.UUIDFilter()
    created_after = InstantFilter(field_name="created_at", lookup_expr="gte")
    created_before = InstantFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = StockMovement
        fields: list[Any] = []
