from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from apps.core.admin import LedgerAdmin, LedgerInline
from apps.orders import services
from apps.orders.addresses import FIELDS
from apps.orders.models import Cart, CartLine, Order, OrderLine, OrderTransition


class OrderLineInline(LedgerInline):
    model = OrderLine
    fields = ["position", "sku", "title", "variant_title", "quantity", "unit_price", "line_total"]
    readonly_fields = fields


class OrderTransitionInline(LedgerInline):
    model = OrderTransition
    verbose_name_plural = "timeline"
    fields = ["created_at", "from_state", "to_state", "actor", "reason"]
    readonly_fields = fields


@admin.register(Order)
class OrderAdmin(LedgerAdmin):
    """Orders. Staff change them through actions, which call the same services as the API."""

    list_display = ["number", "state", "customer", "total", "placed_at", "paid_at"]
    list_filter = ["state", "placed_at"]
    list_select_related = ["customer"]
    search_fields = ["number", "customer__email", "customer__full_name"]
    ordering = ["-public_id"]
    inlines = [OrderLineInline, OrderTransitionInline]
    actions = ["cancel", "ship_rest", "mark_delivered"]
    fieldsets = [
        (None, {"fields": ["number", "state", "customer", "public_id"]}),
        ("Money", {"fields": ["subtotal", "discount", "shipping", "tax", "total"]}),
        ("Delivery", {"fields": ["ship_to", "customer_note", "staff_note"]}),
        (
            "Times",
            {
                "fields": [
                    "placed_at",
                    "expires_at",
                    "paid_at",
                    "shipped_at",
                    "delivered_at",
                    "canceled_at",
                    "refunded_at",
                ]
            },
        ),
    ]
    readonly_fields = [
        "public_id",
        "number",
        "ship_to",
        "subtotal",
        "discount",
        "shipping",
        "tax",
        "total",
    ]

    @admin.display(description="Ship to")
    def ship_to(self, order: Order) -> str:
        """This function will write the address line by line."""
        lines = [line for name in FIELDS if (line := order.shipping_address.get(name))]
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """This function will tell who may act on orders; nobody edits them."""
        return bool(request.user.has_perm("orders.change_order"))

    @admin.action(description="Cancel", permissions=["handle"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._act(request, orders, services.cancel_order, reason="by staff")

    @admin.action(description="Ship what is left", permissions=["handle"])
    def ship_rest(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._act(request, orders, services.ship_order)

    @admin.action(description="Mark as delivered", permissions=["handle"])
    def mark_delivered(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._act(request, orders, services.mark_order_delivered)

    def _act(
        self,
        request: HttpRequest,
        orders: QuerySet[Order],
        service: Callable[..., object],
        **details: Any,
    ) -> None:
        def act(order: Order) -> None:
            service(
                store=request.store,
                order_id=order.public_id,
                by=request.user,
                now=timezone.now(),
                **details,
            )

        self.each(request, orders, act, done="done")


class CartLineInline(LedgerInline):
    model = CartLine
    fields = ["variant", "quantity", "created_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartLine]:
        return super().get_queryset(request).select_related("variant")


@admin.register(Cart)
class CartAdmin(LedgerAdmin):
    """What people mean to buy. A cart without an owner is a guest's."""

    list_display = ["public_id", "owner", "state", "created_at", "updated_at"]
    list_filter = ["state"]
    list_select_related = ["owner"]
    search_fields = ["public_id", "owner__email"]
    ordering = ["-pk"]
    inlines = [CartLineInline]
    fields = ["public_id", "owner", "state", "created_at", "updated_at"]
