"""How lists of payments are narrowed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.payments.gateways import gateway_names


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
