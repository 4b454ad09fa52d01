"""Money that goes back, as staff see it: read-only."""

from django.contrib import admin

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.payments.admin.filters import GivenBackFilter
from apps.payments.models import Refund


class RefundInline(LedgerInline):
    read_scope = Scope.READ_PAYMENTS
    model = Refund
    fields = ["created_at", "amount", "currency", "state", "reason", "failure_code"]
    readonly_fields = fields
    ordering = ["-pk"]


@admin.register(Refund)
class RefundAdmin(LedgerAdmin):
    read_scope = Scope.READ_PAYMENTS
    list_display = ["order", "money", "state", "reason", "failure_code", "created_at"]
    list_filter = ["state", GivenBackFilter, "created_at"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number__exact", "gateway_reference__exact"]
    id_fields = ["public_id", "payment__public_id"]
    search_help_text = "Order number, reference at the gateway, or id of the refund or payment"
    ordering = ["-pk"]
    fields = [
        "public_id",
        "payment",
        "money",
        "state",
        "reason",
        "failure_code",
        "gateway_reference",
        "succeeded_at",
        "created_at",
    ]

    @admin.display(ordering="payment__order__number")
    def order(self, refund: Refund) -> str:
        """This function will return the number of the order that was paid."""
        return refund.payment.order.number
