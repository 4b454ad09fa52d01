from typing import Any

import django_filters
from django.db.models import QuerySet

from apps.core.filters import InstantFilter
from apps.orders.models import Invoice, Order


class OrderFilter(django_filters.FilterSet):
    """`?state=paid&placed_after=2026-01-01T00:00:00Z`; `customer` is of use to staff."""

    state = django_filters.ChoiceFilter(choices=Order.State.choices)
    placed_after = InstantFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = InstantFilter(field_name="placed_at", lookup_expr="lt")
    customer = django_filters.UUIDFilter(field_name="customer__public_id")

    class Meta:
        model = Order
        fields: list[Any] = []


class InvoiceFilter(django_filters.FilterSet):
    """`?kind=credit_note&issued_after=2026-01-01T00:00:00Z`; `order` is an id or a number."""

    kind = django_filters.ChoiceFilter(choices=Invoice.Kind.choices)
    order = django_filters.CharFilter(method="of_order", max_length=36)
    issued_after = InstantFilter(field_name="issued_at", lookup_expr="gte")
    issued_before = InstantFilter(field_name="issued_at", lookup_expr="lt")

    class Meta:
        model = Invoice
        fields: list[Any] = []

    def of_order(self, documents: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        """This function will keep the documents of one order; a name of none finds nothing."""
        return documents.filter(order__in=Order.objects.named(value))
