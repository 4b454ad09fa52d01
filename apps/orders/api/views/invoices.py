from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import owner_or
from apps.core.encrypted_fields import encrypted_fields_of
from apps.core.pagination import NewestFirstPagination
from apps.orders.api.filters import InvoiceFilter
from apps.orders.api.serializers import InvoiceOutput, InvoiceSummaryOutput
from apps.orders.api.views.paths import ORDER_ID, visible_order
from apps.orders.errors import InvoiceNotFound
from apps.orders.invoice_pdf import render_invoice
from apps.orders.models import Invoice, Order

NUMBER = OpenApiParameter(
    name="number",
    location=OpenApiParameter.PATH,
    type=str,
    description="Such as 2026-000001, or CN-2026-000001 of a credit note.",
)
PDF = {
    (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, description="The document."),
}


_READ = owner_or(Scope.READ_INVOICES)


class PdfRenderer(JSONRenderer):
    """Lets callers ask for `application/pdf`. A refusal is JSON, as everywhere."""

    media_type = "application/pdf"
    format = "pdf"


class InvoiceViewSet(viewsets.GenericViewSet[Invoice]):
    """Invoices and credit notes: one's own, for staff all of the store."""

    access = {"list": _READ, "retrieve": _READ, "pdf": _READ}
    queryset = Invoice.objects.none()
    serializer_class = InvoiceOutput
    pagination_class = NewestFirstPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = InvoiceFilter
    lookup_field = "number"
    lookup_value_regex = "[0-9A-Za-z-]{8,36}"

    def get_queryset(self) -> QuerySet[Invoice]:
        """This function will keep what the caller may see."""
        documents = Invoice.objects.for_store(self.request.store).visible_to(self.request.user)
        return documents.select_related("order", "customer", "corrects")

    def get_object(self) -> Invoice:
        """This function will find the document by its number."""
        return _found(self.get_queryset().filter(number=self.kwargs["number"].upper()))

    @extend_schema(responses=InvoiceSummaryOutput(many=True))
    def list(self, request: Request) -> Response:
        """Invoices and credit notes, newest first."""
        documents = self.get_queryset().defer(
            *encrypted_fields_of(Invoice),
            *encrypted_fields_of(Invoice, "corrects"),
            *encrypted_fields_of(Order, "order"),
            *encrypted_fields_of(User, "customer"),
        )
        page = self.paginate_queryset(self.filter_queryset(documents))
        return self.get_paginated_response(InvoiceSummaryOutput(page, many=True).data)

    @extend_schema(parameters=[NUMBER], responses=InvoiceOutput)
    def retrieve(self, request: Request, number: str) -> Response:
        """One document with all that is printed on it."""
        return Response(InvoiceOutput(self.get_object()).data)

    @extend_schema(operation_id="invoices_pdf", parameters=[NUMBER], responses=PDF)
    @action(detail=True, renderer_classes=[JSONRenderer, PdfRenderer], filterset_class=None)
    def pdf(self, request: Request, number: str) -> FileResponse:
        """The document as a PDF file."""
        return _shown(self.get_object())


class OrderInvoiceViewSet(viewsets.GenericViewSet[Invoice]):
    """The invoice of one order."""

    access = {"retrieve": _READ}
    queryset = Invoice.objects.none()
    serializer_class = InvoiceOutput
    renderer_classes = [JSONRenderer, PdfRenderer]

    @extend_schema(operation_id="orders_invoice", parameters=[ORDER_ID], responses=PDF)
    def retrieve(self, request: Request, id: str) -> FileResponse:  # noqa: A002 - the route's name
        """An order's invoice as a PDF file. There is none before the order is paid."""
        order = visible_order(request, id, scope=Scope.READ_INVOICES)
        return _shown(_found(order.invoices.filter(kind=Invoice.Kind.INVOICE)))


def _found(documents: Any) -> Invoice:
    document = documents.first()
    if document is None:
        raise InvoiceNotFound
    return document


def _shown(document: Invoice) -> FileResponse:
    return FileResponse(
        render_invoice(document),
        as_attachment=True,
        filename=document.file_name,
        content_type="application/pdf",
    )
