from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import action

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.core.form_page import form_page
from apps.orders import services
from apps.orders.addresses import FIELDS
from apps.orders.admin.filters import AttentionFilter, SoldFilter
from apps.orders.admin.invoices import InvoiceInline
from apps.orders.admin.past_returns import PastReturnInline
from apps.orders.admin.shipping import ShipForm, ShipmentInline
from apps.orders.models import Order, OrderLine, OrderTransition


class OrderLineInline(LedgerInline):
    read_scope = Scope.READ_ORDERS
    model = OrderLine
    fields = [
        "position",
        "sku",
        "title",
        "variant_title",
        "quantity",
        "shipped_quantity",
        "unit_price",
        "line_total",
    ]
    readonly_fields = fields


class OrderTransitionInline(LedgerInline):
    read_scope = Scope.READ_ORDERS
    model = OrderTransition
    verbose_name_plural = "timeline"
    fields = ["created_at", "from_state", "to_state", "actor", "reason"]
    readonly_fields = fields


@admin.register(Order)
class OrderAdmin(LedgerAdmin):
    """Orders. Staff change them through actions, which call the same services as the API."""

    read_scope = Scope.READ_ORDERS
    list_display = ["number", "state", "attention", "buyer", "total", "placed_at", "paid_at"]
    list_filter = [AttentionFilter, "state", SoldFilter, "placed_at"]
    list_select_related = ["customer"]
    id_fields = ["public_id", "customer__public_id"]
    search_fields = ["number", "external_number__exact", "customer__email__exact"]
    search_help_text = "A number here or elsewhere, a customer's whole e-mail address, or an id"
    ordering = ["-public_id"]
    inlines = [OrderLineInline, ShipmentInline, InvoiceInline, OrderTransitionInline]
    actions = ["cancel", "ship_rest", "mark_delivered", "clear_attention"]
    actions_detail = ["ship"]
    fieldsets = [
        (None, {"fields": ["number", "state", "attention", "customer", "buyer", "public_id"]}),
        ("Elsewhere", {"fields": ["source", "external_number", "withdrawn_at"]}),
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
        "source",
        "external_number",
        "withdrawn_at",
        "public_id",
        "number",
        "attention",
        "buyer",
        "ship_to",
        "subtotal",
        "discount",
        "shipping",
        "tax",
        "total",
    ]

    def get_inlines(self, request: HttpRequest, obj: Order | None) -> list[Any]:
        """This function will show what came back elsewhere below orders from there alone."""
        past = [PastReturnInline] if obj is not None and obj.is_past else []
        return [*super().get_inlines(request, obj), *past]

    @admin.display(description="Buyer")
    def buyer(self, order: Order) -> str:
        """This function will name the customer."""
        return order.customer.label

    @admin.display(description="Ship to")
    def ship_to(self, order: Order) -> str:
        """This function will write the address line by line."""
        lines = [line for name in FIELDS if (line := order.shipping_address.get(name))]
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    def has_handle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may act on orders; nobody edits them."""
        return holds(request.user, Scope.WRITE_ORDERS)

    def has_fulfil_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may ship orders."""
        return holds(request.user, Scope.FULFIL_ORDERS)

    @admin.action(description="Cancel", permissions=["handle"])
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._act(request, orders, services.cancel_order, reason="by staff")

    @admin.action(description="Ship what is left", permissions=["fulfil"])
    def ship_rest(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._act(request, orders, services.ship_order)

    @admin.action(description="Mark as delivered", permissions=["fulfil"])
    def mark_delivered(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._act(request, orders, services.mark_order_delivered)

    @admin.action(description="Nothing to look at any more", permissions=["handle"])
    def clear_attention(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        def act(order: Order) -> None:
            services.clear_flag(store=request.store, order_id=order.public_id, by=request.user)

        self.each(request, orders, act, done="done")

    @action(description="Ship", url_path="ship", permissions=["fulfil"])
    def ship(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask what leaves, and by whom, and ship it."""
        order = self.get_object(request, object_id)
        if order is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = ShipForm(request.POST if request.method == "POST" else None, order=order)

        def act() -> str:
            form.ship(by=request.user, now=timezone.now())
            return f"{order} was shipped as you said."

        return form_page(
            self,
            request,
            form=form,
            act=act,
            title=f"Ship {order}",
            intro="What is left out stays for another shipment.",
            submit="Ship",
            back=reverse("admin:orders_order_change", args=[order.pk]),
        )

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
