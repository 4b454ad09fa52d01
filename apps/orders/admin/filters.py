"""Narrowing the lists of orders."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.orders.attention import Attention
from apps.orders.models import Order


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
