"""Invoices and credit notes: to read, and to print."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action, display

from apps.accounts.admin.revealing import Revealing
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin, LedgerInline
from apps.orders.invoice_pdf import render_invoice
from apps.orders.models import Invoice


@display(description="PDF")
def pdf_link(document: Invoice) -> str:
    """This function will lead to the document as a file."""
    return format_html(
        '<a class="underline" href="{}">{}.pdf</a>',
        reverse("admin:orders_invoice_pdf", args=[document.pk]),
        document.number,
    )


class InvoiceInline(LedgerInline):
    """The documents of an order."""

    read_scope = Scope.READ_INVOICES
    model = Invoice
    fk_name = "order"
    verbose_name_plural = "invoices and credit notes"
    fields = ["number", "kind", "issued_at", "total", "pdf"]
    readonly_fields = fields
    ordering = ["-pk"]
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        return super().get_queryset(request).defer("snapshot")

    @display(description="PDF")
    def pdf(self, document: Invoice) -> str:
        return pdf_link(document)


@admin.register(Invoice)
class InvoiceAdmin(Revealing, LedgerAdmin):
    """What was issued is never changed: a mistake is corrected by a credit note."""

    read_scope = Scope.READ_INVOICES
    list_display = ["number", "kind", "order", "buyer", "total", "issued_at", "pdf_file"]
    masked = {"buyer": "masked_buyer"}
    list_filter = ["kind", "issued_at"]
    list_select_related = ["order", "customer"]
    # Whole numbers and addresses: a part of one would be looked for in every row there is.
    id_fields = ["public_id", "order__public_id", "customer__public_id"]
    search_fields = ["number__exact", "order__number__exact", "customer__email__exact"]
    ordering = ["-public_id"]
    actions_detail = ["pdf"]
    fields = [
        "number",
        "kind",
        "order",
        "customer",
        "buyer",
        "corrects",
        "refund_id",
        "issued_at",
        "net",
        "tax",
        "total",
        "pdf_file",
        "public_id",
    ]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """This function will leave out what a list does not show."""
        return super().get_queryset(request).defer("snapshot")

    def has_read_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may print a document: whoever may see it."""
        return self.has_view_permission(request)

    @display(description="Buyer")
    def buyer(self, document: Invoice) -> str:
        """This function will name the customer."""
        return document.customer.label

    def person_of(self, row: Invoice) -> User:
        return row.customer

    @display(description="Buyer")
    def masked_buyer(self, document: Invoice) -> str:
        """This function will tell the customer from others."""
        return document.customer.masked_label

    @display(description="PDF")
    def pdf_file(self, document: Invoice) -> str:
        return pdf_link(document)

    @action(description="PDF", url_path="pdf", permissions=["read"])
    def pdf(self, request: HttpRequest, object_id: str) -> HttpResponse | FileResponse:
        """This function will print a document."""
        document = self.get_object(request, object_id)
        if document is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return FileResponse(
            render_invoice(document),
            as_attachment=True,
            filename=document.file_name,
            content_type="application/pdf",
        )
