from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts.scopes import Scope
from apps.core.access import holder_of
from apps.interchange import services
from apps.interchange.api.permissions import require_admin
from apps.interchange.api.serializers import (
    CustomerExportQuery,
    OrderExportQuery,
    ProductExportQuery,
    StockExportQuery,
    WritingQuery,
)
from apps.interchange.exporting import Wanted

_ADMIN_TOKEN = OpenApiParameter(
    name="X-Admin-Token",
    location=OpenApiParameter.HEADER,
    type=str,
    required=True,
    description="One of the installation's `ADMIN_TOKENS`.",
)
_FILE = {
    (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="The file, streamed."),
    (200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, description="As lines."),
}


class CsvRenderer(JSONRenderer):
    """Lets callers ask for `text/csv`. A refusal is JSON, as everywhere."""

    media_type = "text/csv"
    format = "csv"


class JsonLinesRenderer(JSONRenderer):
    """The same for `application/x-ndjson`."""

    media_type = "application/x-ndjson"
    format = "jsonl"


class ExportView(APIView):
    """All of something at once: for people with the role `admin` who also show `X-Admin-Token`."""

    access = {"get": holder_of(Scope.EXPORT_DATA)}
    renderer_classes = [JSONRenderer, CsvRenderer, JsonLinesRenderer]

    def check_permissions(self, request: Request) -> None:
        """This function will ask for more than a scope, and as early."""
        super().check_permissions(request)
        if request.method in {"GET", "HEAD"}:  # other methods are answered 405, whoever asks
            require_admin(request)


def _export(query: type[WritingQuery], what: str) -> Any:
    return extend_schema(
        operation_id=f"admin_{what}_export", parameters=[_ADMIN_TOKEN, query], responses=_FILE
    )


class OrderExportView(ExportView):
    @_export(OrderExportQuery, "orders")
    def get(self, request: Request) -> StreamingHttpResponse:
        """The orders of the store, oldest first, a row for each line."""
        return _file(request, OrderExportQuery)


class ProductExportView(ExportView):
    @_export(ProductExportQuery, "products")
    def get(self, request: Request) -> StreamingHttpResponse:
        """The products of the store, a row for each variant."""
        return _file(request, ProductExportQuery)


class CustomerExportView(ExportView):
    @_export(CustomerExportQuery, "customers")
    def get(self, request: Request) -> StreamingHttpResponse:
        """The customers of the store. Who was forgotten is none."""
        return _file(request, CustomerExportQuery)


class StockExportView(ExportView):
    @_export(StockExportQuery, "stock")
    def get(self, request: Request) -> StreamingHttpResponse:
        """What each warehouse of the store has, and has promised."""
        return _file(request, StockExportQuery)


def _file(request: Request, of: type[WritingQuery]) -> Any:
    query = of(data=request.query_params)
    query.is_valid(raise_exception=True)
    wanted = query.wanted()
    pieces = services.export_data(store=request.store, wanted=wanted, by=request.user)
    return sent(wanted, (piece.text for piece in pieces))


def sent(wanted: Wanted, pieces: Iterator[Any]) -> Any:
    """This function will answer with a file, as it comes."""
    name = f"{wanted.kind}-{timezone.now():%Y-%m-%d}.{wanted.writing}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content_type = f"{wanted.writing.content_type}; charset=utf-8"
    return StreamingHttpResponse(pieces, content_type=content_type, headers=headers)
