"""How lists of payments are narrowed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.span_filter import SpanFilter
from apps.core.spans import Span
from apps.payments.gateways import gateway_names
from apps.payments.models import Refund


class GatewayFilter(admin.SimpleListFilter):
    """The gateways that are set up: asking the ledger which there are would read all of it."""

    title = "gateway"
    parameter_name = "gateway"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """This function will return what can be chosen."""
        return [(name, name) for name in gateway_names()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This function will keep what has to do with one gateway."""
        return queryset.filter(gateway=self.value()) if self.value() else queryset


class GivenBackFilter(SpanFilter):
    """What went back when of money that had paid an order, in the store's currency."""

    title = "given back"
    parameter_name = "back"

    def within(self, rows: QuerySet[Refund], span: Span, request: HttpRequest) -> QuerySet[Refund]:
        """This function will keep what went back in a span."""
        back = rows.of_sales(since=span.since, until=span.until)  # type: ignore[attr-defined]
        return back.filter(currency=request.store.currency)  # type: ignore[attr-defined,no-any-return]
