"""What is printed of an order: the slip beside the goods, and the invoice."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import as_id
from apps.orders.addresses import address_lines
from apps.orders.admin import possible
from apps.orders.admin.acts import OrderActs
from apps.orders.models import Invoice, Order, Shipment
from apps.orders.packing import packing_slip


class OrderPapers(OrderActs):
    """The buttons that print."""

    actions_detail: ClassVar[Any] = [*OrderActs.actions_detail, "packing_slip", "invoice"]
    possible: ClassVar[Any] = {
        **OrderActs.possible,
        "packing_slip": possible.can_be_packed,
        "invoice": possible.has_invoice,
    }

    def has_print_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may print what lies beside the goods: who sees the order."""
        return self.has_view_permission(request)

    def has_invoice_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may print invoices."""
        return holds(request.user, Scope.READ_INVOICES)

    @action(
        description="Packing slip", url_path="packing-slip", permissions=["print"], icon="print"
    )
    def packing_slip(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will show the goods of a parcel, or what is left of the order, to print."""
        order = self.opened(request, object_id, "packing_slip")
        if isinstance(order, HttpResponse):
            return order
        wanted = as_id(request.GET.get("shipment", ""))
        shipment = _parcel(order, wanted) if wanted else None
        if "shipment" in request.GET and shipment is None:
            self.message_user(request, "The order has no such parcel.", messages.ERROR)
            return HttpResponseRedirect(self.page_of(order))
        shown = {
            "slip": packing_slip(order, shipment),
            "store": request.store,  # type: ignore[attr-defined]
            "address": address_lines(order.shipping_address),
            "back": self.page_of(order),
        }
        return TemplateResponse(request, "admin/orders/packing_slip.html", shown)

    @action(
        description="Invoice PDF", url_path="invoice", permissions=["invoice"], icon="description"
    )
    def invoice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will lead to the invoice of an order as a file."""
        order = self.opened(request, object_id, "invoice")
        if isinstance(order, HttpResponse):
            return order
        issued = Invoice.objects.of(order).filter(kind=Invoice.Kind.INVOICE)
        for key in issued.values_list("pk", flat=True):
            return HttpResponseRedirect(reverse("admin:orders_invoice_pdf", args=[key]))
        self.message_user(request, "The order has no invoice yet.", messages.WARNING)
        return HttpResponseRedirect(self.page_of(order))


def _parcel(order: Order, public_id: UUID) -> Shipment | None:
    return Shipment.objects.filter(order=order, public_id=public_id).first()
