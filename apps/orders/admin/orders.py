from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from apps.accounts.admin.revealing import Revealing
from apps.accounts.masking import HIDDEN
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerInline, as_id
from apps.orders.addresses import FIELDS, address_lines
from apps.orders.admin.bulk import OrderBulkActs
from apps.orders.admin.filters import AttentionFilter, SoldFilter
from apps.orders.admin.invoices import InvoiceInline
from apps.orders.admin.papers import OrderPapers
from apps.orders.admin.past_returns import PastReturnInline
from apps.orders.admin.shipping import ShipmentInline
from apps.orders.models import Order, OrderLine
from apps.orders.numbers import spelled_number

_ELSEWHERE = [("source", "external_number"), "withdrawn_at"]
_TIMES = (
    "placed_at",
    "expires_at",
    "paid_at",
    "shipped_at",
    "delivered_at",
    "canceled_at",
    "refunded_at",
)


class OrderLineInline(LedgerInline):
    """What was ordered, page by page."""

    per_page = 100
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
    hide_title = True


@admin.register(Order)
class OrderAdmin(Revealing, OrderPapers, OrderBulkActs):
    """Orders. Staff change them through actions, which call the same services as the API."""

    read_scope = Scope.READ_ORDERS
    list_display = ["number", "state", "attention", "buyer", "total", "placed_at", "paid_at"]
    # What goes onto a parcel is read by who packs it; whom to call and to write to is not.
    masked = {
        "buyer": "masked_buyer",
        "customer_page": "masked_customer_page",
        "ship_to": "parcel_to",
        "customer_note": "parcel_note",
    }
    list_filter = [AttentionFilter, "state", SoldFilter, "placed_at"]
    list_select_related = ["customer"]
    id_fields = ["public_id", "customer__public_id"]
    search_fields = ["number__exact", "external_number__exact", "customer__email__exact"]
    search_help_text = "Order number, the buyer's e-mail address, or an id, each whole"
    ordering = ["-public_id"]
    inlines = [OrderLineInline, ShipmentInline, InvoiceInline]
    fieldsets = [
        (None, {"fields": [("number", "state"), ("customer_page", "attention"), "public_id"]}),
        ("Money", {"fields": [("subtotal", "discount"), ("shipping", "tax"), "total"]}),
        ("Delivery", {"fields": ["ship_to", ("customer_note", "staff_note")]}),
    ]
    readonly_fields = [
        "source",
        "external_number",
        "withdrawn_at",
        "public_id",
        "number",
        "attention",
        "customer_page",
        "buyer",
        "ship_to",
        "subtotal",
        "discount",
        "shipping",
        "tax",
        "total",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """This function will find orders by the whole of what they are called, each by an index of
        its own: a part, or columns of two tables in one condition, would read every order."""
        text = search_term.strip()
        if not text or as_id(text) or ("@" in text and not self.may_reveal(request)):
            return super().get_search_results(request, queryset, search_term)
        if "@" in text:
            people = User.objects.for_store(request.store)  # type: ignore[attr-defined]
            known = list(people.filter(email=text).values_list("pk", flat=True)[:1])
            return queryset.filter(customer__in=known), False
        elsewhere = Q(external_number=text) & ~Q(source="")
        return queryset.filter(Q(number=spelled_number(text) or text) | elsewhere), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """This function will leave out what is not so, and lead to the customer only who may look
        at customers."""
        (_, summary), *others = super().get_fieldsets(request, obj)
        if not holds(request.user, Scope.READ_CUSTOMERS):
            first, _, last = summary["fields"]
            summary = {**summary, "fields": [first, ("masked_buyer", "attention"), last]}
        elsewhere = [("Elsewhere", {"fields": _ELSEWHERE})] if obj and obj.is_past else []
        known = [name for name in _TIMES if obj is None or getattr(obj, name) is not None]
        times = [tuple(known[place : place + 2]) for place in range(0, len(known), 2)]
        return [(None, summary), *elsewhere, *others, ("Times", {"fields": times})]

    def get_inlines(self, request: HttpRequest, obj: Order | None) -> list[Any]:
        """This function will show what came back elsewhere below orders from there alone."""
        past = [PastReturnInline] if obj is not None and obj.is_past else []
        return [*super().get_inlines(request, obj), *past]

    @admin.display(description="Buyer")
    def buyer(self, order: Order) -> str:
        """This function will name the customer."""
        return order.customer.label

    @admin.display(description="Customer")
    def customer_page(self, order: Order) -> str:
        """This function will name the customer, and lead to them."""
        return _link_to(order.customer, order.customer.label)

    @admin.display(description="Customer")
    def masked_customer_page(self, order: Order) -> str:
        """This function will lead to the customer without saying who it is."""
        return _link_to(order.customer, order.customer.masked_label)

    def person_of(self, row: Order) -> User:
        return row.customer

    @admin.display(description="Buyer")
    def masked_buyer(self, order: Order) -> str:
        """This function will tell the customer from others."""
        return order.customer.masked_label

    @admin.display(description="Ship to")
    def parcel_to(self, order: Order) -> str:
        """This function will write what stands on the parcel: all but the telephone."""
        lines = [*address_lines(order.shipping_address)]
        lines += [f"Telephone {HIDDEN}"] if order.shipping_address.get("phone") else []
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    @admin.display(description="Customer note")
    def parcel_note(self, order: Order) -> str:
        """This function will show what the customer wrote for whoever packs."""
        return order.customer_note or "-"

    @admin.display(description="Ship to")
    def ship_to(self, order: Order) -> str:
        """This function will write the address line by line."""
        lines = [line for name in FIELDS if (line := order.shipping_address.get(name))]
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))


def _link_to(customer: User, label: str) -> str:
    place = reverse("admin:accounts_user_change", args=[customer.pk])
    return format_html('<a class="underline" href="{}">{}</a>', place, label)
