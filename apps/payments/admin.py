"""Money as staff see it: read-only, and one action that gives it back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.core.ids import uuid7
from apps.core.span_filter import SpanFilter
from apps.core.spans import Span
from apps.orders.admin import OrderAdmin
from apps.payments import services
from apps.payments.errors import RefundRefused
from apps.payments.gateways import gateway_names
from apps.payments.models import Payment, ProviderEvent, Refund


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


class ProviderEventInline(LedgerInline):
    read_scope = Scope.READ_PAYMENTS
    model = ProviderEvent
    verbose_name_plural = "what the gateway told us"
    fields = ["created_at", "kind", "event_id", "state"]
    readonly_fields = fields
    ordering = ["pk"]


class RefundInline(LedgerInline):
    read_scope = Scope.READ_PAYMENTS
    model = Refund
    fields = ["created_at", "amount", "currency", "state", "reason", "failure_code"]
    readonly_fields = fields
    ordering = ["pk"]


class PaymentInline(LedgerInline):
    """How an order was paid, with a way to the payment."""

    read_scope = Scope.READ_PAYMENTS
    model = Payment
    fields = ["created_at", "gateway", "state", "charged", "refunded", "held_reason"]
    readonly_fields = fields
    ordering = ["pk"]
    show_change_link = True


# On the order's own page: payments know of orders, and orders nothing of payments.
OrderAdmin.inlines = [*OrderAdmin.inlines, PaymentInline]


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
        payments = queryset.select_related("store", "order__store", "order__customer")
        for result in services.reconcile_payments(payments=payments):
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


@admin.register(ProviderEvent)
class ProviderEventAdmin(LedgerAdmin):
    """Webhooks of the gateways: what they told us, and what became of it."""

    read_scope = Scope.READ_PAYMENTS
    list_display = ["created_at", "gateway", "kind", "state", "payment", "attempts"]
    list_filter = ["state", GatewayFilter, "created_at"]
    list_select_related = ["payment"]
    search_fields = ["event_id__exact", "payment__gateway_reference__exact"]
    id_fields = ["event_id", "payment__public_id"]
    search_help_text = "Id of the event or payment, or reference of the charge"
    ordering = ["-pk"]
    exclude = ["store"]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProviderEvent]:
        """What belongs to no payment belongs to no store: every shop's staff may look for it."""
        own = Q(store=request.store) | Q(store=None)  # type: ignore[attr-defined]
        return ProviderEvent.objects.filter(own).order_by(*self.ordering)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """This function will tell whether the person may act on what gateways tell us."""
        return holds(request.user, Scope.REFUND_PAYMENTS)

    @admin.action(description="Try again", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[ProviderEvent]) -> None:
        """This function will have those that found no payment tried again."""
        chosen = list(queryset.values_list("pk", flat=True))
        count = services.retry_provider_events(event_ids=chosen, now=timezone.now())
        self.message_user(
            request,
            f"{count} of {len(chosen)} will be tried again.",
            messages.SUCCESS if count else messages.WARNING,
        )
