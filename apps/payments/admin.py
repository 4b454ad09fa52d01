"""Money as staff see it: read-only, and one action that gives it back."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import LedgerAdmin, LedgerInline
from apps.core.errors import CommerceError
from apps.core.ids import uuid7
from apps.payments import services
from apps.payments.models import Payment, Refund


class RefundInline(LedgerInline):
    model = Refund
    fields = ["created_at", "amount", "currency", "state", "reason", "failure_code"]
    readonly_fields = fields
    ordering = ["pk"]


@admin.register(Payment)
class PaymentAdmin(LedgerAdmin):
    list_display = [
        "order",
        "gateway",
        "state",
        "charged",
        "refunded",
        "failure_code",
        "created_at",
    ]
    list_filter = ["state", "gateway", "created_at"]
    list_select_related = ["order"]
    search_fields = ["order__number__exact", "gateway_reference__exact", "public_id__exact"]
    search_help_text = "Order number, reference at the gateway, or id"
    ordering = ["-pk"]
    fields = [
        "public_id",
        "order",
        "gateway",
        "payment_method",
        "state",
        "charged",
        "refunded",
        "failure_code",
        "gateway_reference",
        "captured_at",
        "created_at",
    ]
    inlines = [RefundInline]
    actions = ["refund_what_is_left"]

    def has_refund_permission(self, request: HttpRequest) -> bool:
        """This function will tell whether the person may give money back."""
        return request.user.has_perm("payments.refund_payment")

    @admin.action(description="Refund what is left", permissions=["refund"])
    def refund_what_is_left(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """This function will refund the chosen payments, and tell of each that it cannot."""
        for payment in queryset.select_related("order"):
            try:
                refund = services.refund_payment(
                    store=request.store,  # type: ignore[attr-defined]
                    payment_id=payment.public_id,
                    reason="refunded by staff",
                    idempotency_key=str(uuid7()),
                    by=request.user,  # type: ignore[arg-type]
                )
            except CommerceError as error:
                self.message_user(request, f"{payment.order}: {error.detail}", messages.ERROR)
            else:
                self.message_user(request, f"{payment.order}: {refund}", messages.SUCCESS)


@admin.register(Refund)
class RefundAdmin(LedgerAdmin):
    list_display = ["order", "money", "state", "reason", "failure_code", "created_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number__exact", "gateway_reference__exact"]
    search_help_text = "Order number, or reference at the gateway"
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
