"""What came back to another shop, before this one: to read."""

from django.contrib import admin
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.orders.admin.filters import ReturnedFilter
from apps.orders.models import PastReturn


class PastReturnInline(LedgerInline):
    """What of an order came back."""

    read_scope = Scope.READ_ORDERS
    model = PastReturn
    fk_name = "order"
    fields = ["returned_at", "external_number", "sku", "title", "quantity", "money"]
    readonly_fields = fields


@admin.register(PastReturn)
class PastReturnAdmin(LedgerAdmin):
    """Credits of another shop, line by line."""

    read_scope = Scope.READ_ORDERS
    list_display = [
        "returned_at",
        "source",
        "external_number",
        "order",
        "sku",
        "quantity",
        "given_back",
    ]
    list_filter = [ReturnedFilter]
    list_select_related = ["order"]
    id_fields = ["public_id", "order__public_id", "customer__public_id"]
    search_fields = ["external_number__exact", "order__number__exact", "sku__exact"]
    search_help_text = "The whole number of a credit or of an order, or a SKU"
    ordering = ["-public_id"]
    fields = [*list_display, "title", "customer", "withdrawn_at", "public_id"]

    @display(description="Given back")
    def given_back(self, row: PastReturn) -> str:
        return str(row.money)
