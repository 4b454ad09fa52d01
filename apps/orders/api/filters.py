from typing import Any

import django_filters

from apps.core.filters import InstantFilter
from apps.orders.models import Order


class OrderFilter(django_filters.FilterSet):
    """`?state=paid&placed_after=2026-01-01T00:00:00Z`; `customer` is of use to staff."""

    state = django_filters.ChoiceFilter(choices=Order.State.choices)
    placed_after = InstantFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = InstantFilter(field_name="placed_at", lookup_expr="lt")
    customer = django_filters.UUIDFilter(field_name="customer__public_id")

    class Meta:
        model = Order
        fields: list[Any] = []
