"""Money as staff see it: read-only, and actions that give it back."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerAdmin
from apps.core.ids import uuid7
from apps.core.report_page import chosen_rows
from apps.payments import services
from apps.payments.admin.filters import GatewayFilter
from apps.payments.admin.provider_events import ProviderEventInline
from apps.payments.admin.refunds import RefundInline
from apps.payments.errors import RefundRefused
from apps.payments.models import Payment, Refund


def _order_of(payment: Payment) -> str:
    return str(payment.order)


@admin.register(Payment)
class PaymentAdmin(LedgerAdmin):
    read_scope = Scope.READ_PAYMENTS
    list_display = [
        "order",
        "gateway",
        "state",
        "charged",
        "refunded",
        "failure_code",
        "held_reason",
        "created_at",
    ]
    list_filter = [
        "state",
        ("held_reason", admin.EmptyFieldListFilter),
        GatewayFilter,
        "created_at",
    ]
    list_select_related = ["order"]
    search_fields = ["order__number__exact", "gateway_reference__exact"]
    id_fields = ["public_id", "order__public_id"]
    search_help_text = "Order number, reference at the gateway, or id"
    ordering = ["-pk"]
    fields = [
        "public_id",
        "order",
        "gateway",
        "payment_method",
        "capture_method",
        "state",
        "held_reason",
        "charged",
        "refunded",
        "is_surplus",
        "failure_code",
        "gateway_reference",
        "check_at",
        "authorized_at",
        "captured_at",
        "created_at",
    ]
    inlines = [RefundInline, ProviderEventInline]
    actions = ["refund_what_is_left", "ask_the_gateway", "send_back_what_was_held"]

    def has_refund_permission(self, request: HttpRequest) -> bool:
        """This function will tell whether the person may give money back."""
        return holds(request.user, Scope.REFUND_PAYMENTS)

    @admin.action(description="Refund what is left", permissions=["refund"])
    def refund_what_is_left(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """This function will refund the chosen payments, and tell of each that it cannot."""

        def refund(payment: Payment) -> None:
            made = services.refund_payment(
                store=request.store,  # type: ignore[attr-defined]
                payment_id=payment.public_id,
                reason="refunded by staff",
                idempotency_key=str(uuid7()),
                by=request.user,  # type: ignore[arg-type]
            )
            if made.state == Refund.State.FAILED:
                raise RefundRefused(failure_code=made.failure_code)

        chosen = queryset.select_related("order")
        done = "refunded, or about to be"
        self.each(request, chosen, refund, done=done, called=_order_of)

    @admin.action(description="Ask the gateway how they stand", permissions=["refund"])
    def ask_the_gateway(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """This function will compare the chosen payments with the gateway's books."""
        for payment in chosen_rows(self, request, queryset):
            result = services.reconcile_payment(
                store=request.store,  # type: ignore[attr-defined]
                payment_id=payment.public_id,
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
            level = messages.ERROR if result.problem else messages.SUCCESS
            what = result.problem or result.payment.state
            self.message_user(request, f"{result.payment.order}: {what}", level)

    @admin.action(description="Send back what does not match", permissions=["refund"])
    def send_back_what_was_held(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """This function will send the money of held payments back, whatever it was."""

        def send_back(payment: Payment) -> None:
            services.return_held_payment(
                store=request.store,  # type: ignore[attr-defined]
                payment_id=payment.public_id,
                by=request.user,  # type: ignore[arg-type]
            )

        chosen = queryset.select_related("order")
        self.each(request, chosen, send_back, done="sent back", called=_order_of)
