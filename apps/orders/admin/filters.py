"""Narrowing the lists of orders."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.span_filter import SpanFilter
from apps.core.spans import Span
from apps.orders.attention import Attention
from apps.orders.models import Order, PastReturn


class AttentionFilter(admin.SimpleListFilter):
    """What staff should look at."""

    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [("needed", "Needed"), *Attention.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """This function will keep the orders that need somebody to look at them, for one reason or
        for any."""
        if self.value() in Attention.values:
            return queryset.filter(attention=self.value())
        return queryset.exclude(attention="") if self.value() == "needed" else queryset


class SoldFilter(SpanFilter):
    """What was sold when, in the store's currency: what the dashboard counts."""

    title = "sold"
    parameter_name = "sold"

    def within(self, rows: QuerySet[Order], span: Span, request: HttpRequest) -> QuerySet[Order]:
        """This function will keep the sales of a span."""
        sold = rows.sold(since=span.since, until=span.until)  # type: ignore[attr-defined]
        return sold.filter(currency=request.store.currency)  # type: ignore[attr-defined,no-any-return]


class ReturnedFilter(SpanFilter):
    """What another shop gave back when, of orders that count as sold."""

    title = "given back"
    parameter_name = "returned"

    def within(
        self, rows: QuerySet[PastReturn], span: Span, request: HttpRequest
    ) -> QuerySet[PastReturn]:
        """This function will keep what was given back in a span."""
        returned = rows.of_sales(since=span.since, until=span.until)  # type: ignore[attr-defined]
        return returned.filter(currency=request.store.currency)  # type: ignore[attr-defined,no-any-return]


class BegunFilter(SpanFilter):
    """What was begun when."""

    title = "begun"
    parameter_name = "begun"
